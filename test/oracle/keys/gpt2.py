"""A small GPT-2 as transformers writes it, and the same weights as plain Linear layers with q, k and v apart.

    python test/oracle/keys/gpt2.py test/fixtures/keys
"""
import sys
from pathlib import Path

import torch

torch.library.register_fake = lambda *_, **__: lambda f: f  # what torchvision registers is not there
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

out = Path(sys.argv[1])
torch.manual_seed(3)
model = GPT2LMHeadModel(GPT2Config(vocab_size=11, n_positions=6, n_embd=8, n_layer=2, n_head=2))
torch.save(model.state_dict(), out / "gpt2.pt")

plain = {}
for key, value in model.state_dict().items():
    key = key.removeprefix("transformer.")
    conv = key.rsplit(".", 1)[0].endswith(("c_attn", "c_proj", "c_fc"))
    value = value.t() if conv and key.endswith("weight") else value
    if ".c_attn." in key:
        for name, part in zip("qkv", value.chunk(3, 0)):
            plain[key.replace("c_attn", name)] = part.contiguous()
    else:
        plain[key] = value.contiguous().clone()
save_file(plain, out / "gpt2-plain.safetensors")
