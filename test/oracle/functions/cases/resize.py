from ._case import *

CASES = []
L, I, V = "@float32[N:2,3,L:5]", "@float32[N:2,3,H:4,5]", "@float32[N:1,2,3,H:4,2]"
for x, mode, sizes in [(L, "nearest", [7]), (I, "nearest", [7, 3]), (V, "nearest", [5, 3, 4]), (L, "nearest-exact", [7]), (I, "nearest-exact", [7, 3]), (L, "linear", [7]), (I, "bilinear", [7, 3]), (I, "bicubic", [7, 3]), (V, "trilinear", [5, 3, 4]), (L, "area", [3]), (I, "area", [3, 2])]:
    CASES += [c("interpolate", x, sizes, mode=mode), c("interpolate", x, scale_factor=2, mode=mode), c("interpolate", x, scale_factor=1.5, mode=mode), c("interpolate", x, scale_factor=0.5, mode=mode)]
    if mode.endswith("linear") or mode == "bicubic":
        CASES += [c("interpolate", x, sizes, mode=mode, align_corners=True), c("interpolate", x, scale_factor=2, mode=mode, align_corners=True), c("interpolate", x, [1] * len(sizes), mode=mode, align_corners=True), c("interpolate", x, [1] * len(sizes), mode=mode)]
    CASES += [c("interpolate", x, scale_factor=1.7, mode=mode, recompute_scale_factor=True, symbolic=False)]
CASES += [
    c("interpolate", I, 6), c("interpolate", I, scale_factor=[2, 3]), c("interpolate", I, [dim("A:6"), dim("B:7")], mode="bilinear"), c("interpolate", "@int64[N:1,1,3,3]", scale_factor=2) if False else c("interpolate", "@uint8[N:1,1,3,3]", scale_factor=2), c("interpolate", "@float32[N:2,3,4,5]T", scale_factor=2, mode="bilinear"), c("interpolate", "@float16[N:1,1,3,3]", scale_factor=2, mode="bilinear"), c("interpolate", "@float32[N:0,1,3,3]", scale_factor=2, mode="bilinear") if False else c("interpolate", I, scale_factor=1, mode="bicubic"),
    c("upsample", I, scale_factor=2), c("upsample", I, [5, 6], mode="bilinear"),
    c("pixel_shuffle", "@float32[N:2,8,3,W:2]", 2), c("pixel_shuffle", "@float32[9,2,2]", 3), c("pixel_unshuffle", "@float32[N:2,2,6,4]", 2), c("pixel_unshuffle", "@float32[1,3,3]", 3), c("channel_shuffle", "@float32[N:2,6,2,2]", 3), c("channel_shuffle", "@float32[N:2,4,3]", 2),
]
G = "@float32[N:2,3,4,2] -1.3..1.3"
for mode in ["bilinear", "nearest", "bicubic"]:
    for pad in ["zeros", "border", "reflection"]:
        for align in [False, True]:
            CASES.append(c("grid_sample", "@float32[N:2,2,H:4,5]", G, mode, pad, align, tol=1e-4))
for mode in ["bilinear", "nearest"]:
    CASES += [c("grid_sample", "@float32[N:1,2,3,4,3]", "@float32[N:1,2,3,2,3] -1.3..1.3", mode, pad, False, tol=1e-4) for pad in ["zeros", "border", "reflection"]]
CASES += [c("grid_sample", "@float32[N:1,1,2,2]", vals(["nan", 0.0, "inf", 0.5, 5.0, -5.0], shape=[1, 1, 3, 2]), "bilinear", "border", False)]
for align in [False, True]:
    CASES += [c("affine_grid", "@float32[N:2,2,3]", [dim("N:2"), 3, 4, dim("W:5")], align), c("affine_grid", "@float32[N:1,3,4]", [dim("N:1"), 1, 2, 3, 4], align), c("affine_grid", "@float32[1,2,3]", [1, 1, 1, 3], align)]
for n, k in [("@float32[L:40]", {}), ("@float32[N:2,40]", {}), ("@float32[N:2,40]", {"center": False}), ("@float32[N:2,40]", {"normalized": True}), ("@float32[N:2,40]", {"onesided": False}), ("@float32[N:2,40]", {"pad_mode": "constant"})]:
    CASES += [c("stft", n, 8, 4, window="@float32[8] 0.2..1", tol=1e-4, **k)]
CASES += [c("stft", "@float32[L:40]", 8, tol=1e-4), c("stft", "@float32[N:2,40]", 9, 3, 6, window="@float32[6] 0.2..1", tol=1e-4), c("stft", "@float32[N:2,40]", 8, 2, 6, tol=1e-4)]
CASES += [c("istft", "@float32[N:2,5,7,2]", 8, 4, window="@float32[8] 0.2..1", tol=1e-4), c("istft", "@float32[5,6,2]", 8, tol=1e-4), c("istft", "@float32[5,6,2]", 8, 2, length=9, tol=1e-4), c("istft", "@float32[5,6,2]", 8, 2, length=20, tol=1e-4), c("istft", "@float32[5,6,2]", 8, 2, normalized=True, center=False, tol=1e-4), c("istft", "@float32[8,6,2]", 8, 2, onesided=False, tol=1e-4), c("istft", "@float32[N:1,5,6,2]", 9, 3, 7, window="@float32[7] 0.2..1", tol=1e-4)]
CASES += [c("upsample_nearest", I, scale_factor=2), c("upsample_nearest", I, 7), c("upsample_bilinear", I, [5, 6]), c("upsample_bilinear", I, scale_factor=2)]
