"""The published models that specs are held against: for each the PyTorch module, by default and as a small instance."""
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import torch
import torch.nn.functional as F
from torch import nn

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT.parent / "shared" / "oracle"))
import torchvision_stub  # noqa: E402,F401
import timm  # noqa: E402
import torchvision  # noqa: E402
import transformers  # noqa: E402

tv = torchvision.models


@dataclass
class Case:
    """A spec with params, the module it must agree with, and the inputs to compare outputs with (none: keys only)."""

    spec: str
    name: str
    build: Callable[[], nn.Module]
    params: dict = field(default_factory=dict)
    inputs: Callable[[], dict] | None = None
    # outputs by name, from the module and the inputs
    outputs: Callable[[nn.Module, dict], dict] = lambda m, x: {"out": m(*x.values())}
    tolerance: float = 2e-5


def image(*shape):
    return lambda: {"x": torch.randn(*shape)}


class DoubleConv(nn.Module):
    def __init__(self, i, o, mid=None):
        super().__init__()
        mid = mid or o
        parts = []
        for a, b in ((i, mid), (mid, o)):
            parts += [nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True)]
        self.double_conv = nn.Sequential(*parts)

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(i, o))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, i, o, bilinear):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = DoubleConv(i, o, i // 2)
        else:
            self.up = nn.ConvTranspose2d(i, i // 2, 2, stride=2)
            self.conv = DoubleConv(i, o)

    def forward(self, x1, x2):
        x1 = self.up(x1)
        dy, dx = x2.shape[2] - x1.shape[2], x2.shape[3] - x1.shape[3]
        x1 = F.pad(x1, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        return self.conv(torch.cat([x2, x1], dim=1))


class UNet(nn.Module):
    def __init__(self, channels=3, classes=2, bilinear=False, w=64):
        super().__init__()
        f = 2 if bilinear else 1
        self.inc = DoubleConv(channels, w)
        for i in range(4):
            setattr(self, f"down{i + 1}", Down(w << i, (2 * w << i) // (f if i == 3 else 1)))
        for i in range(4):
            setattr(self, f"up{i + 1}", Up(16 * w >> i, (8 * w >> i) // (1 if i == 3 else f), bilinear))
        self.outc = nn.Module()
        self.outc.conv = nn.Conv2d(w, classes, 1)

    def forward(self, x):
        skips = [self.inc(x)]
        for down in (self.down1, self.down2, self.down3, self.down4):
            skips.append(down(skips[-1]))
        x = skips.pop()
        for up in (self.up1, self.up2, self.up3, self.up4):
            x = up(x, skips.pop())
        return self.outc.conv(x)


class Generator(nn.Module):
    def __init__(self, nz=100, ngf=64, nc=3):
        super().__init__()
        parts, i = [], nz
        for k in (8, 4, 2, 1):
            first = k == 8
            parts += [nn.ConvTranspose2d(i, ngf * k, 4, 1 if first else 2, 0 if first else 1, bias=False)]
            parts += [nn.BatchNorm2d(ngf * k), nn.ReLU(True)]
            i = ngf * k
        self.main = nn.Sequential(*parts, nn.ConvTranspose2d(i, nc, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, x):
        return self.main(x)


class TextClassifier(nn.Module):
    def __init__(self, vocab=25002, e=100, h=256, out=1, layers=2, both=True, pad=1):
        super().__init__()
        self.embedding = nn.Embedding(vocab, e, padding_idx=pad)
        self.rnn = nn.LSTM(e, h, num_layers=layers, bidirectional=both, dropout=0.5)
        self.fc = nn.Linear(h * (2 if both else 1), out)
        self.dropout = nn.Dropout(0.5)
        self.both = both

    def forward(self, text):
        _, (hidden, _) = self.rnn(self.dropout(self.embedding(text)))
        last = torch.cat((hidden[-2], hidden[-1]), dim=1) if self.both else hidden[-1]
        return self.fc(self.dropout(last))


def small_vgg():
    m = tv.VGG(tv.vgg.make_layers([4, "M", 8, "M"], batch_norm=True), num_classes=5)
    m.classifier[0], m.classifier[3], m.classifier[6] = nn.Linear(8 * 49, 16), nn.Linear(16, 16), nn.Linear(16, 5)
    return m


def small_mobilenet_v3():
    rows = [[8, 3, 8, 8, True, "RE", 2, 1], [8, 3, 16, 16, False, "RE", 2, 1], [16, 5, 32, 16, True, "HS", 1, 1], [16, 5, 48, 24, True, "HS", 2, 2]]
    setting = [tv.mobilenetv3.InvertedResidualConfig(*r, 1.0) for r in rows]
    params = [[a, k, e, o, int(se), int(hs == "HS"), s, d] for a, k, e, o, se, hs, s, d in rows]
    return params, lambda: tv.MobileNetV3(setting, 32, num_classes=5)


def convnext(widths, depths, classes):
    C = tv.convnext.CNBlockConfig
    setting = [C(w, n, d) for w, n, d in zip(widths, [*widths[1:], None], depths)]
    return tv.ConvNeXt(setting, stochastic_depth_prob=0.1, layer_scale=0.5, num_classes=classes)


def segmentation(kind, layers, classes, aux):
    backbone = tv.resnet.ResNet(tv.resnet.Bottleneck, layers, replace_stride_with_dilation=[False, True, True])
    make = tv.segmentation.fcn._fcn_resnet if kind == "fcn" else tv.segmentation.deeplabv3._deeplabv3_resnet
    return make(backbone, classes, aux)


def bert(**more):
    config = transformers.DistilBertConfig(**more)
    config._attn_implementation = "eager"
    return transformers.DistilBertModel(config)


def t5(**more):
    config = transformers.T5Config(**more)
    config._attn_implementation = "eager"
    return transformers.T5EncoderModel(config)


def tokens(n, t, vocab, padded):
    def make():
        given = {"input_ids": torch.randint(0, vocab, (n, t))}
        if padded:
            given["attention_mask"] = (torch.arange(t)[None] < torch.tensor([t, t - 3])[:n, None]).long()
        return given

    return make


hidden = lambda m, x: {"last_hidden_state": m(**x).last_hidden_state}  # noqa: E731
V3_PARAMS, V3_BUILD = small_mobilenet_v3()
SMALL_BERT = dict(vocab_size=50, max_position_embeddings=16, n_layers=2, n_heads=2, dim=16, hidden_dim=32)
SMALL_T5 = dict(vocab_size=50, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=3)
BOTTLENECK = dict(block="Bottleneck", num_classes=5)

CASES = [
    Case("torchvision/resnet", "resnet18", tv.resnet18),
    Case("torchvision/resnet", "resnet50", tv.resnet50, dict(block="Bottleneck", layers=[3, 4, 6, 3])),
    Case("torchvision/resnet", "resnext50_32x4d", tv.resnext50_32x4d, dict(block="Bottleneck", layers=[3, 4, 6, 3], groups=32, width_per_group=4)),
    Case("torchvision/resnet", "resnet, basic", lambda: tv.ResNet(tv.resnet.BasicBlock, [1, 2, 1, 1], 5), dict(layers=[1, 2, 1, 1], num_classes=5), image(2, 3, 40, 33)),
    Case("torchvision/resnet", "resnet, dilated", lambda: tv.ResNet(tv.resnet.Bottleneck, [1, 1, 2, 1], 5, replace_stride_with_dilation=[False, True, True]), BOTTLENECK | dict(layers=[1, 1, 2, 1], replace_stride_with_dilation=[False, True, True]), image(1, 3, 33, 40)),
    Case("torchvision/vgg_bn", "vgg11_bn", tv.vgg11_bn),
    Case("torchvision/vgg_bn", "vgg, small", small_vgg, dict(cfg=[4, 0, 8, 0], hidden=16, num_classes=5), image(2, 3, 40, 33)),
    Case("torchvision/densenet", "densenet121", tv.densenet121),
    Case("torchvision/densenet", "densenet, small", lambda: tv.DenseNet(4, (2, 3), 8, 2, num_classes=5), dict(growth_rate=4, block_config=[2, 3], num_init_features=8, bn_size=2, num_classes=5), image(2, 3, 40, 33)),
    Case("torchvision/mobilenet_v2", "mobilenet_v2", tv.mobilenet_v2),
    Case("torchvision/mobilenet_v2", "mobilenet_v2, narrow", lambda: tv.MobileNetV2(5, 0.35), dict(num_classes=5, width_mult=0.35), image(2, 3, 40, 33)),
    Case("torchvision/mobilenet_v3", "mobilenet_v3_small", tv.mobilenet_v3_small),
    Case("torchvision/mobilenet_v3", "mobilenet_v3, small", V3_BUILD, dict(setting=V3_PARAMS, last_channel=32, num_classes=5), image(2, 3, 40, 33)),
    Case("torchvision/squeezenet", "squeezenet1_1", lambda: tv.squeezenet1_1()),
    Case("torchvision/squeezenet", "squeezenet1_0", lambda: tv.squeezenet1_0(num_classes=5), dict(version="1_0", num_classes=5), image(1, 3, 64, 50)),
    Case("torchvision/squeezenet", "squeezenet1_1, five classes", lambda: tv.squeezenet1_1(num_classes=5), dict(num_classes=5), image(2, 3, 40, 33)),
    Case("torchvision/googlenet", "googlenet", lambda: tv.GoogLeNet(init_weights=False)),
    Case("torchvision/googlenet", "googlenet, five classes", lambda: tv.GoogLeNet(5, transform_input=True, init_weights=False), dict(num_classes=5, transform_input=True), image(1, 3, 64, 71)),
    Case("torchvision/shufflenet_v2", "shufflenet_v2_x1_0", tv.shufflenet_v2_x1_0),
    Case("torchvision/shufflenet_v2", "shufflenet_v2, small", lambda: tv.ShuffleNetV2([2, 1, 2], [8, 16, 32, 64, 32], 5), dict(stages_repeats=[2, 1, 2], stages_out_channels=[8, 16, 32, 64, 32], num_classes=5), image(2, 3, 40, 33)),
    Case("torchvision/convnext", "convnext_tiny", tv.convnext_tiny),
    Case("torchvision/convnext", "convnext, small", lambda: convnext([8, 16, 24], [1, 2, 1], 5), dict(widths=[8, 16, 24], depths=[1, 2, 1], num_classes=5), image(2, 3, 40, 33)),
    Case("torchvision/vit", "vit_b_16", tv.vit_b_16),
    Case("torchvision/vit", "vit, small", lambda: tv.VisionTransformer(32, 8, 2, 4, 16, 32, num_classes=5, representation_size=12), dict(image_size=32, patch_size=8, num_layers=2, num_heads=4, hidden_dim=16, mlp_dim=32, num_classes=5, representation_size=12), image(2, 3, 32, 32)),
    Case("torchvision/mnasnet", "mnasnet1_0", tv.mnasnet1_0),
    Case("torchvision/mnasnet", "mnasnet0_35", lambda: tv.MNASNet(0.35, 5), dict(alpha=0.35, num_classes=5), image(2, 3, 40, 33)),
    Case("torchvision/fcn", "fcn_resnet50", lambda: tv.segmentation.fcn_resnet50(weights=None, weights_backbone=None, aux_loss=True)),
    Case("torchvision/fcn", "fcn, small", lambda: segmentation("fcn", [1, 1, 1, 1], 4, True), dict(layers=[1, 1, 1, 1], num_classes=4), image(1, 3, 40, 33), lambda m, x: dict(m(*x.values()))),
    Case("torchvision/deeplabv3", "deeplabv3_resnet50", lambda: tv.segmentation.deeplabv3_resnet50(weights=None, weights_backbone=None, aux_loss=True)),
    Case("torchvision/deeplabv3", "deeplabv3, small", lambda: segmentation("deeplab", [1, 1, 1, 1], 4, False), dict(layers=[1, 1, 1, 1], num_classes=4, aux_loss=False), image(1, 3, 40, 33), lambda m, x: dict(m(*x.values()))),
    Case("timm/mlp_mixer", "mixer_b16_224", lambda: timm.create_model("mixer_b16_224")),
    Case("timm/mlp_mixer", "mixer, small", lambda: timm.models.mlp_mixer.MlpMixer(5, 32, patch_size=8, num_blocks=2, embed_dim=16), dict(num_classes=5, img_size=32, patch_size=8, num_blocks=2, embed_dim=16), image(2, 3, 32, 32)),
    Case("transformers/distilbert", "distilbert-base-uncased", bert),
    Case("transformers/distilbert", "distilbert, small", lambda: bert(**SMALL_BERT), SMALL_BERT, tokens(2, 9, 50, False), hidden),
    Case("transformers/distilbert", "distilbert, small, padded", lambda: bert(**SMALL_BERT), SMALL_BERT, tokens(2, 9, 50, True), hidden),
    Case("transformers/t5_encoder", "t5-small", t5),
    Case("transformers/t5_encoder", "t5, small", lambda: t5(**SMALL_T5), SMALL_T5, tokens(2, 140, 50, False), hidden),
    Case("transformers/t5_encoder", "t5, gated, padded", lambda: t5(**SMALL_T5, feed_forward_proj="gated-gelu"), SMALL_T5 | dict(feed_forward_proj="gated-gelu"), tokens(2, 9, 50, True), hidden),
    Case("community/unet", "unet", UNet),
    Case("community/unet", "unet, small", lambda: UNet(3, 2, False, 4), dict(width=4), image(1, 3, 37, 50)),
    Case("community/unet", "unet, small, bilinear", lambda: UNet(1, 2, True, 4), dict(n_channels=1, bilinear=True, width=4), image(1, 1, 37, 50)),
    Case("community/dcgan_generator", "dcgan generator", Generator),
    Case("community/dcgan_generator", "dcgan generator, small", lambda: Generator(8, 4, 3), dict(nz=8, ngf=4), lambda: {"input": torch.randn(2, 8, 1, 1)}),
    Case("community/lstm_text_classifier", "lstm classifier", TextClassifier),
    Case("community/lstm_text_classifier", "lstm classifier, small", lambda: TextClassifier(30, 6, 8, 3), dict(vocab_size=30, embedding_dim=6, hidden_dim=8, output_dim=3), lambda: {"text": torch.randint(0, 30, (7, 3))}),
    Case("community/lstm_text_classifier", "lstm classifier, one direction", lambda: TextClassifier(30, 6, 8, 1, 1, False), dict(vocab_size=30, embedding_dim=6, hidden_dim=8, n_layers=1, bidirectional=False), lambda: {"text": torch.randint(0, 30, (7, 3))}),
]
