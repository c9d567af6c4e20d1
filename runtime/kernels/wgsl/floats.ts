/**
 * Float operations as the kernel IR defines them, where `../math/` does not give them as IR. WGSL lets an implementation assume
 * that there are no infinities and NaNs, so they are told and made by their bits.
 */
import { helperTable } from './helpers.ts'

export const FLOAT_HELPERS = helperTable({
  // All bits set, from what no compiler knows: the number of workgroups along z.
  const_ones: 'var<private> const_ones: u32;',
  f32_inf: 'fn f32_inf() -> f32 { return bitcast<f32>(const_ones & 0x7f800000u); }',
  f32_nan: 'fn f32_nan() -> f32 { return bitcast<f32>(const_ones & 0x7fc00000u); }',
  // A zero that compilers do not know as one: NaN times it is NaN.
  f32_zero: 'fn f32_zero() -> f32 { return bitcast<f32>(~const_ones); }',
  // Its value as it was rounded: (x + y) - y is not x behind it, whatever a compiler may assume.
  f32_keep: `
fn f32_keep(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) & const_ones);
}`,
  f32_is_nan: `
fn f32_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}`,
  f32_with_sign: `
fn f32_with_sign(size: f32, x: f32) -> f32 {
  return bitcast<f32>((bitcast<u32>(size) & 0x7fffffffu) | (bitcast<u32>(x) & 0x80000000u));
}`,
  f32_min: `
fn f32_min(a: f32, b: f32) -> f32 {
  return select(select(min(a, b), b, f32_is_nan(b)), a, f32_is_nan(a));
}`,
  f32_max: `
fn f32_max(a: f32, b: f32) -> f32 {
  return select(select(max(a, b), b, f32_is_nan(b)), a, f32_is_nan(a));
}`,
  f32_sign: `
fn f32_sign(x: f32) -> f32 {
  return select(select(0.0f, -1.0f, x < 0.0f), 1.0f, x > 0.0f);
}`,
  f32_sqrt: `
fn f32_sqrt(x: f32) -> f32 {
  return select(sqrt(x), f32_nan(), x < 0.0f);
}`,
  f32_to_i32: `
fn f32_to_i32(x: f32) -> i32 {
  if (f32_is_nan(x)) { return 0; }
  if (x >= 2147483648.0f) { return 2147483647; }
  if (x < -2147483648.0f) { return i32(-2147483648); }
  return i32(x);
}`,
  // The remainder by long division of the significands: exact.
  f32_fmod: `
fn f32_fmod(x: f32, y: f32) -> f32 {
  let a = bitcast<u32>(x) & 0x7fffffffu;
  let b = bitcast<u32>(y) & 0x7fffffffu;
  if (a >= 0x7f800000u || b > 0x7f800000u || b == 0u) { return f32_nan(); }
  if (a < b) { return x; }
  var ea = i32(a >> 23u);
  var eb = i32(b >> 23u);
  var ma = a & 0x7fffffu;
  var mb = b & 0x7fffffu;
  if (ea == 0) { ea = 1; } else { ma |= 0x800000u; }
  if (eb == 0) { eb = 1; } else { mb |= 0x800000u; }
  for (var i = ea - eb; i > 0; i--) {
    if (ma >= mb) { ma -= mb; }
    ma = ma << 1u;
  }
  if (ma >= mb) { ma -= mb; }
  if (ma == 0u) { return f32_with_sign(0.0f, x); }
  while (ma < 0x800000u && eb > 1) {
    ma = ma << 1u;
    eb -= 1;
  }
  var bits = ma;
  if (ma >= 0x800000u) { bits = (ma & 0x7fffffu) | (u32(eb) << 23u); }
  return f32_with_sign(bitcast<f32>(bits), x);
}`,
  half_to_f32: `
fn half_to_f32(bits: u32) -> f32 {
  let size = bits & 0x7fffu;
  var wide: u32;
  if (size < 0x400u) { wide = bitcast<u32>(f32(size) * 5.9604644775390625e-8f); }
  else if (size >= 0x7c00u) { wide = (size << 13u) | 0x7f800000u; }
  else { wide = (size << 13u) + 0x38000000u; }
  return bitcast<f32>(wide | ((bits & 0x8000u) << 16u));
}`,
  half_from_f32: `
fn half_from_f32(x: f32) -> u32 {
  let all_bits = bitcast<u32>(x);
  let sign = (all_bits >> 16u) & 0x8000u;
  let size = all_bits & 0x7fffffffu;
  var result: u32;
  if (size >= 0x47800000u) { result = select(0x7c00u, 0x7e00u, size > 0x7f800000u); }
  else if (size < 0x38800000u) { result = bitcast<u32>(bitcast<f32>(size) + 0.5f) - 0x3f000000u; }
  else { result = (size + 0xfffu - 0x38000000u + ((size >> 13u) & 1u)) >> 13u; }
  return result | sign;
}`,
  half_from_brain: `
fn half_from_brain(bits: u32) -> f32 {
  return bitcast<f32>(bits << 16u);
}`,
  half_to_brain: `
fn half_to_brain(x: f32) -> u32 {
  let all_bits = bitcast<u32>(x);
  if ((all_bits & 0x7fffffffu) > 0x7f800000u) { return 0x7fc0u; }
  return ((all_bits + 0x7fffu + ((all_bits >> 16u) & 1u)) >> 16u) & 0xffffu;
}`,
})
