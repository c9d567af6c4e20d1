/** What else people keep under the names of checkpoints, by how it begins, and what to do with it. */

export interface OtherFile {
  readonly what: string
  readonly hint: string
}

const WITH_ITS_OWN = 'convert it with the framework that wrote it'

const ZLIB = [
  'compressed by zlib (joblib)',
  'load it with joblib.load in Python, and save its arrays',
] as const

/** The first bytes, one character each; a pattern, or a text that stands at a place. */
const BEGINNINGS: readonly (readonly [start: string | RegExp, what: string, hint: string])[] = [
  [
    'version https://git-lfs',
    'a Git LFS pointer, not the file itself',
    'run "git lfs pull" to fetch the file',
  ],
  [
    /^(\/annex\/objects|\.\.\/.*\.git\/annex)/,
    'a git-annex pointer, not the file itself',
    'run "git annex get" to fetch the file',
  ],
  ['\x1f\x8b', 'a gzip archive', 'unpack it first (gunzip, tar xzf): the checkpoint is inside'],
  ['\x89HDF', 'an HDF5 file (Keras)', WITH_ITS_OWN],
  ['\x93NUMPY', 'a NumPy array', 'save it with torch.save or safetensors in Python'],
  ['GGUF', 'a GGUF file', 'convert it with the tools of llama.cpp'],
  [/^(lmgg|tjgg|fmgg|algg)/, 'a GGML file', 'convert it with the tools of llama.cpp'],
  ['PYTORCH1', 'a TorchScript archive of PyTorch 1.0', 'load it with PyTorch 1.0 and save its state_dict'],
  [/^.{4}PTMF/s, 'a mobile module of PyTorch (.ptl as a flatbuffer)', 'give the model that it was made from'],
  [/^.{4}ET\d\d/s, 'an ExecuTorch program (.pte)', 'give the checkpoint that it was exported from'],
  [/^.{4}TFL3/s, 'a TensorFlow Lite model', WITH_ITS_OWN],
  [
    '\x7fELF',
    'a compiled library (AOTInductor or TorchScript)',
    'give the checkpoint that it was compiled from',
  ],
  ['BZh', 'a bzip2 archive', 'unpack it first'],
  ['\xfd7zXZ', 'an xz archive', 'unpack it first'],
  ['7z\xbc\xaf', 'a 7z archive', 'unpack it first'],
  ['Rar!', 'a RAR archive', 'unpack it first'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive', 'unpack it first'],
  ['\x04\x22\x4d\x18', 'an LZ4 archive', 'unpack it first'],
  ['x\x9c', ...ZLIB],
  ['x\xda', ...ZLIB],
  ['x\x01', ...ZLIB],
  ['x^', ...ZLIB],
  ['MATLAB 5.0', 'a MATLAB file', 'load it with scipy.io in Python, and save its arrays'],
  ['SQLite format 3', 'an SQLite database', 'give the checkpoint itself'],
  ['PAR1', 'a Parquet file', 'give the checkpoint itself'],
  ['\x89PNG', 'an image', 'give the checkpoint itself'],
  ['\xff\xd8\xff', 'an image', 'give the checkpoint itself'],
  ['%PDF', 'a PDF document', 'give the checkpoint itself'],
  // A map of a few entries whose first key is a short text.
  [/^[\x81-\x8f][\xa1-\xbf]\w/, 'a MessagePack file (Flax)', WITH_ITS_OWN],
  ['\xef\xbf\xbd', 'binary data that was damaged by being saved as text', 'fetch the original file again'],
  [
    /^\s*<(!doctype|html|\?xml)/i,
    'an HTML page: the download went wrong',
    'check the address and fetch it again',
  ],
  [/^\s*[{[]/, 'a JSON file', 'give the checkpoint itself'],
  // MARK and a container with its PUT; an empty container with its BINPUT; a global that is called.
  [
    /^(\([dl]p\d|[\]}]q.|c[\w.]+\n\w+\n)/s,
    'a pickle of protocol 0 or 1',
    'load it in Python and save it with torch.save',
  ],
  [/^model_checkpoint_path:/, 'the note that TensorFlow keeps beside its checkpoints', WITH_ITS_OWN],
]

/** `head` holds the first bytes of a file as characters. undefined for what is none of these. */
export function otherFile(head: string): OtherFile | undefined {
  for (const [start, what, hint] of BEGINNINGS) {
    const matches = typeof start === 'string' ? head.startsWith(start) : start.test(head)
    if (matches) return { what, hint }
  }
  return undefined
}

const KERAS = 'convert it with Keras'

/** Zip archives of other kinds, by the names of their records. */
const ARCHIVES: readonly (readonly [
  has: (names: readonly string[]) => boolean,
  what: string,
  hint: string,
])[] = [
  [
    names => names.length > 0 && names.every(name => name.endsWith('.npy')),
    'it is a NumPy archive (.npz)',
    'load it with numpy.load in Python, and save its arrays with safetensors.numpy.save_file',
  ],
  [names => names.some(name => name.endsWith('model.weights.h5')), 'it is a Keras model', KERAS],
  [
    names => names.some(name => /^[^/]+\/\.data\/extern_modules$/.test(name)),
    'it is a package of torch.package, code and all',
    'load it with torch.package.PackageImporter and save its state_dict',
  ],
  [
    names => names.some(name => /^MAR-INF\//.test(name)),
    'it is an archive for TorchServe (.mar)',
    'unpack it: the checkpoint is inside',
  ],
  [
    names => names.includes('data.pkl'),
    'its records lie in no folder, as after unpacking and packing again',
    'pack the folder itself: PyTorch keeps its records in one',
  ],
  [
    names => names.some(name => /(^|\/)saved_model\.pb$/.test(name)),
    'it is a TensorFlow model',
    WITH_ITS_OWN,
  ],
  [names => names.includes('[Content_Types].xml'), 'it is an office document', 'give the checkpoint itself'],
]

/** What a zip archive is whose records have these names; undefined where that cannot be told. */
export function otherArchive(names: readonly string[]): OtherFile | undefined {
  const found = ARCHIVES.find(([has]) => has(names))
  return found && { what: found[1], hint: found[2] }
}
