"""Whose results share the memory of y in PyTorch: the expected values of test/compiler/shared-memory.test.ts.

    python test/oracle/compiler/shared_memory.py > test/fixtures/compiler/shared-memory.json
"""
import json

import torch
import torch.nn.functional as F
from torch import nn

EXPRESSIONS = """
y.view(2, 60)
y.reshape(6, 20)
y.reshape_as(y)
y.view_as(y)
y.flatten(1)
y.ravel()
y.unflatten(1, (1, 3))
y.squeeze()
y.unsqueeze(0)
y.transpose(0, 1)
y.swapaxes(0, 1)
y.swapdims(0, 1)
y.permute(1, 0, 2, 3)
y.movedim(0, 1)
y.moveaxis(0, 1)
y.mT
y.mH
y[0, 0].T
y[0, 0].t()
y[0, 0].H
y[0].adjoint()
y.expand(2, 3, 4, 5)
y.expand_as(y)
y.broadcast_to(2, 3, 4, 5)
torch.broadcast_tensors(y, y)[0]
torch.broadcast_to(y, (2, 3, 4, 5))
y.repeat(1, 1, 1, 1)
y.tile((1, 1))
y.repeat_interleave(1, 0)
y.flip(0)
y.fliplr()
y.flipud()
y.rot90()
y.rot90(0, (0,1))
y.roll(0)
y.roll(1,0)
y.diagonal()
y[0,0].diag()
y.diag_embed()
y.contiguous()
y.clone()
y.detach()
y.data
y.split(1)[0]
y.split([1, 1])[0]
y.split_with_sizes([1, 1])[0]
y.tensor_split(2)[0]
y.tensor_split((1,))[0]
y.chunk(2)[0]
y.unbind()[0]
y.hsplit(3)[0]
y.vsplit(2)[0]
y.dsplit(2)[0]
y.hsplit((1,))[0]
y.vsplit((1,))[0]
y.dsplit((1,))[0]
y.select_scatter(y[0], 0, 0)
y.sum_to_size(2, 3, 4, 5)
y[0]
y[:, 1:]
y[..., None]
y[[0, 1]]
y.narrow(0, 0, 1)
y.select(0, 0)
y.unfold(2, 2, 1)
y.to(torch.float32)
y.to(y)
y.to(y.dtype)
y.type(torch.float32)
y.type_as(y)
y.float()
y.double()
y.positive()
+y
y.abs()
y.relu()
y.nan_to_num()
y.clamp(min=0)
y.round()
y.trunc()
y.pow(1)
y.mul(1)
y.sum(())
y.sum((), keepdim=True)
y.mean(())
y.squeeze(0)
y.cumsum(0)
y.tril()
y.sort().values
y.masked_fill(y > 100, 0)
y.where(y > -100, y)
y.softmax(0)
y.norm(dim=0)
torch.atleast_1d(y)
torch.atleast_2d(y)
torch.atleast_3d(y)
torch.atleast_3d(y[0, 0])
torch.cat([y])
torch.stack([y])
torch.hstack([y])
torch.vstack([y])
torch.dstack([y])
torch.column_stack([y])
torch.meshgrid(y[0, 0, 0], y[0, 0, 0], indexing="ij")[0]
torch.meshgrid(y[0, 0, 0], indexing="ij")[0]
torch.cartesian_prod(y[0, 0, 0])
torch.block_diag(y[0, 0])
torch.combinations(y[0, 0, 0], 1)
torch.linalg.diagonal(y)
torch.einsum("abcd->abdc", y)
torch.einsum("aacd->acd", y[:2, :2])
torch.swapaxes(y, 0, 1)
torch.swapdims(y, 0, 1)
torch.movedim(y, 0, 1)
torch.t(y[0, 0])
torch.ravel(y)
torch.unbind(y)[0]
torch.tensor_split(y, 2)[0]
torch.matrix_power(y[0,0,:,:4], 1)
torch.linalg.multi_dot([y[0,0], y[0,0].T])
torch.chain_matmul(y[0, 0])
F.pad(y, (0, 0))
F.pad(y, (0, -1))
F.pad(y, (1, 0))
F.dropout(y, 0.5, False)
F.dropout2d(y, 0.5, False)
F.alpha_dropout(y, 0.5, False)
F.feature_alpha_dropout(y, 0.5, False)
F.interpolate(y, scale_factor=1)
F.interpolate(y, size=(4, 5))
F.pixel_shuffle(y, 1)
F.pixel_unshuffle(y, 1)
F.channel_shuffle(y, 1)
F.channel_shuffle(y, 3)
F.normalize(y)
F.adaptive_avg_pool2d(y, (4, 5))
F.adaptive_avg_pool2d(y, 1)
F.avg_pool2d(y, 1)
F.max_pool2d(y, 1)
F.threshold(y, -10, 0)
F.leaky_relu(y)
F.unfold(y, 1)
F.fold(y.reshape(2,3,20), (4,5), 1)
F.fold(y.reshape(2,3,20), (4,5), (1,1))
nn.Flatten()(y)
nn.Unflatten(1, (1, 3))(y)
nn.Identity()(y)
nn.Dropout(0.5).eval()(y)
nn.Dropout2d(0.5).eval()(y)
nn.AlphaDropout(0.5).eval()(y)
nn.ReLU()(y)
nn.PixelShuffle(1)(y)
nn.ChannelShuffle(1)(y)
nn.ZeroPad2d(0)(y)
nn.ConstantPad2d(0, 1.0)(y)
nn.ReflectionPad2d(0)(y)
nn.Softmax(1)(y)
nn.GLU(2)(y)
nn.AdaptiveAvgPool2d((4, 5))(y)
nn.AdaptiveAvgPool2d((None, None))(y)
""".strip().splitlines()

shares = {}
for expression in EXPRESSIONS:
    y = torch.arange(120.0).reshape(2, 3, 4, 5)
    result = eval(expression)
    shares[expression] = result.untyped_storage().data_ptr() == y.untyped_storage().data_ptr()

print(json.dumps(shares, indent=2))
