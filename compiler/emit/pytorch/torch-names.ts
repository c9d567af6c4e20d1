/** Where PyTorch keeps the functions of the op table: most in `torch`, these elsewhere. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(word => word !== ''))

/** Written `F.name`: there alone, or usually written so. https://docs.pytorch.org/docs/2.13/nn.functional.html */
const functional = words(`
  adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool1d_with_indices
  adaptive_max_pool2d adaptive_max_pool2d_with_indices adaptive_max_pool3d adaptive_max_pool3d_with_indices
  affine_grid alpha_dropout avg_pool1d avg_pool2d avg_pool3d batch_norm bilinear binary_cross_entropy
  binary_cross_entropy_with_logits celu conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d
  cosine_embedding_loss cosine_similarity cross_entropy ctc_loss dropout dropout1d dropout2d dropout3d elu embedding
  embedding_bag feature_alpha_dropout fold gaussian_nll_loss gelu glu grid_sample group_norm gumbel_softmax hardshrink
  hardsigmoid hardswish hardtanh hinge_embedding_loss huber_loss instance_norm interpolate kl_div l1_loss layer_norm
  leaky_relu linear local_response_norm log_softmax logsigmoid lp_pool1d lp_pool2d lp_pool3d margin_ranking_loss
  max_pool1d max_pool1d_with_indices max_pool2d max_pool2d_with_indices max_pool3d max_pool3d_with_indices max_unpool1d
  max_unpool2d max_unpool3d mish mse_loss multi_head_attention_forward multi_margin_loss multilabel_margin_loss
  multilabel_soft_margin_loss nll_loss normalize one_hot pad pairwise_distance pdist pixel_shuffle pixel_unshuffle
  poisson_nll_loss prelu relu relu6 rms_norm rrelu scaled_dot_product_attention selu silu smooth_l1_loss
  soft_margin_loss softmax softmin softplus softshrink softsign tanhshrink threshold triplet_margin_loss
  triplet_margin_with_distance_loss unfold upsample
  upsample_bilinear upsample_nearest`)

/** Of these, the ones that `torch` has with the same arguments: an author's `torch.relu` stays as it is. */
const alsoTorch = words(`
  cosine_similarity conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d log_softmax prelu relu rrelu
  selu softmax pixel_shuffle pixel_unshuffle`)

/** Of `torch`, the ones that torch.nn.functional has too. */
const alsoFunctional = words('sigmoid tanh')

/** In a submodule of torch alone, under the same name. */
const special = words('entr erfcx expit gammaln i0e i1 i1e log_ndtr multigammaln ndtr ndtri psi xlog1py')

/**
 * The dotted name of a function of the op table. `namespace` is what the author put before it: it is kept where PyTorch
 * has the function there, since ours takes every function under either.
 */
export function torchName(name: string, namespace: 'torch' | 'F' | null = null): string {
  const submodule = /^(linalg|fft)_(\w+)$/.exec(name)
  if (submodule !== null) return `torch.${submodule[1]}.${submodule[2]}`
  if (name === 'vector_norm') return 'torch.linalg.vector_norm'
  if (special.has(name)) return `torch.special.${name}`
  if (functional.has(name))
    return namespace === 'torch' && alsoTorch.has(name) ? `torch.${name}` : `F.${name}`
  return namespace === 'F' && alsoFunctional.has(name) ? `F.${name}` : `torch.${name}`
}

/** Functions that make a tensor out of nothing, on the CPU unless told otherwise. */
export const creating = words(`
  arange as_tensor blackman_window empty eye full hamming_window hann_window linspace logspace ones rand randn
  scalar_tensor tensor tril_indices triu_indices zeros`)

/** Names that are Python's for numbers and lists, and torch's for tensors. */
export const ambiguous = words('abs all any max min pow round sum')
