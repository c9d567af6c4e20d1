/**
 * Integer operations as the kernel IR defines them. int64 does not exist in WGSL: a value is a pair `vec2<u32>`, the low word
 * first, as it lies in memory, and every operation is exact.
 */
import { helperTable } from './helpers.ts'

export const INTEGER_HELPERS = helperTable({
  i32_div: `
fn i32_div(a: i32, b: i32) -> i32 {
  if (b == 0) { return 0; }
  if (b == -1) { return 0 - a; }
  return a / b;
}`,
  i32_fmod: `
fn i32_fmod(a: i32, b: i32) -> i32 {
  if (b == 0 || b == -1) { return 0; }
  return a % b;
}`,
  i32_mod: `
fn i32_mod(a: i32, b: i32) -> i32 {
  let rest = i32_fmod(a, b);
  return select(rest, rest + b, rest != 0 && ((rest < 0) != (b < 0)));
}`,
  i32_floordiv: `
fn i32_floordiv(a: i32, b: i32) -> i32 {
  let rest = i32_fmod(a, b);
  let quotient = i32_div(a, b);
  return select(quotient, quotient - 1, rest != 0 && ((rest < 0) != (b < 0)));
}`,
  i32_pow: `
fn i32_pow(a: i32, b: i32) -> i32 {
  if (b < 0) {
    if (a == 1) { return 1; }
    if (a == -1) { return select(1, -1, (b & 1) != 0); }
    return 0;
  }
  var result = 1;
  var square = a;
  var rest = b;
  while (rest > 0) {
    if ((rest & 1) != 0) { result = result * square; }
    square = square * square;
    rest = rest >> 1u;
  }
  return result;
}`,
  i32_shl: `
fn i32_shl(a: i32, b: i32) -> i32 {
  if (b < 0 || b > 31) { return 0; }
  return a << u32(b);
}`,
  i32_shr: `
fn i32_shr(a: i32, b: i32) -> i32 {
  if (b < 0 || b > 31) { return a >> 31u; }
  return a >> u32(b);
}`,
  i64_add: `
fn i64_add(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}`,
  i64_sub: `
fn i64_sub(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}`,
  u64_wide: `
fn u64_wide(a: u32, b: u32) -> vec2<u32> {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let low = al * bl;
  let middle = ah * bl + (low >> 16u);
  let cross = al * bh + (middle & 0xffffu);
  return vec2<u32>((cross << 16u) | (low & 0xffffu), ah * bh + (middle >> 16u) + (cross >> 16u));
}`,
  i64_mul: `
fn i64_mul(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = u64_wide(a.x, b.x);
  return vec2<u32>(low.x, low.y + a.x * b.y + a.y * b.x);
}`,
  i64_neg: `
fn i64_neg(a: vec2<u32>) -> vec2<u32> {
  return i64_sub(vec2<u32>(0u, 0u), a);
}`,
  i64_negative: `
fn i64_negative(a: vec2<u32>) -> bool {
  return (a.y >> 31u) != 0u;
}`,
  i64_abs: `
fn i64_abs(a: vec2<u32>) -> vec2<u32> {
  return select(a, i64_neg(a), i64_negative(a));
}`,
  i64_sign: `
fn i64_sign(a: vec2<u32>) -> vec2<u32> {
  if (i64_negative(a)) { return vec2<u32>(0xffffffffu, 0xffffffffu); }
  return vec2<u32>(select(1u, 0u, all(a == vec2<u32>(0u, 0u))), 0u);
}`,
  i64_eq: `
fn i64_eq(a: vec2<u32>, b: vec2<u32>) -> bool {
  return all(a == b);
}`,
  u64_lt: `
fn u64_lt(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.y < b.y || (a.y == b.y && a.x < b.x);
}`,
  i64_lt: `
fn i64_lt(a: vec2<u32>, b: vec2<u32>) -> bool {
  return u64_lt(vec2<u32>(a.x, a.y ^ 0x80000000u), vec2<u32>(b.x, b.y ^ 0x80000000u));
}`,
  i64_min: `
fn i64_min(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return select(a, b, i64_lt(b, a));
}`,
  i64_max: `
fn i64_max(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return select(a, b, i64_lt(a, b));
}`,
  u64_divide: `
fn u64_divide(a: vec2<u32>, b: vec2<u32>) -> vec4<u32> {
  if (a.y == 0u && b.y == 0u) { return vec4<u32>(a.x / b.x, 0u, a.x % b.x, 0u); }
  var quotient = vec2<u32>(0u, 0u);
  var rest = vec2<u32>(0u, 0u);
  for (var i = 63; i >= 0; i--) {
    let carried = (rest.y >> 31u) != 0u;
    let word = select(a.x, a.y, i > 31);
    rest = vec2<u32>((rest.x << 1u) | ((word >> (u32(i) & 31u)) & 1u), (rest.y << 1u) | (rest.x >> 31u));
    if (carried || !u64_lt(rest, b)) {
      rest = i64_sub(rest, b);
      if (i > 31) { quotient.y |= 1u << (u32(i) & 31u); } else { quotient.x |= 1u << u32(i); }
    }
  }
  return vec4<u32>(quotient, rest);
}`,
  i64_div: `
fn i64_div(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  if (i64_eq(b, vec2<u32>(0u, 0u))) { return b; }
  let quotient = u64_divide(i64_abs(a), i64_abs(b)).xy;
  return select(quotient, i64_neg(quotient), i64_negative(a) != i64_negative(b));
}`,
  i64_fmod: `
fn i64_fmod(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  if (i64_eq(b, vec2<u32>(0u, 0u))) { return b; }
  let rest = u64_divide(i64_abs(a), i64_abs(b)).zw;
  return select(rest, i64_neg(rest), i64_negative(a));
}`,
  i64_mod: `
fn i64_mod(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let rest = i64_fmod(a, b);
  let crosses = any(rest != vec2<u32>(0u, 0u)) && i64_negative(rest) != i64_negative(b);
  return select(rest, i64_add(rest, b), crosses);
}`,
  i64_floordiv: `
fn i64_floordiv(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let rest = i64_fmod(a, b);
  let quotient = i64_div(a, b);
  let crosses = any(rest != vec2<u32>(0u, 0u)) && i64_negative(rest) != i64_negative(b);
  return select(quotient, i64_sub(quotient, vec2<u32>(1u, 0u)), crosses);
}`,
  i64_shl: `
fn i64_shl(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  if (b.y != 0u || b.x > 63u) { return vec2<u32>(0u, 0u); }
  let n = b.x & 31u;
  if (b.x > 31u) { return vec2<u32>(0u, a.x << n); }
  if (n == 0u) { return a; }
  return vec2<u32>(a.x << n, (a.y << n) | (a.x >> (32u - n)));
}`,
  i64_shr: `
fn i64_shr(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let fill = select(0u, 0xffffffffu, i64_negative(a));
  if (b.y != 0u || b.x > 63u) { return vec2<u32>(fill, fill); }
  let n = b.x & 31u;
  let high = bitcast<u32>(bitcast<i32>(a.y) >> n);
  if (b.x > 31u) { return vec2<u32>(high, fill); }
  if (n == 0u) { return a; }
  return vec2<u32>((a.x >> n) | (a.y << (32u - n)), high);
}`,
  i64_pow: `
fn i64_pow(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let one = vec2<u32>(1u, 0u);
  if (i64_negative(b)) {
    if (i64_eq(a, one)) { return one; }
    if (i64_eq(a, vec2<u32>(0xffffffffu, 0xffffffffu))) { return select(one, a, (b.x & 1u) != 0u); }
    return vec2<u32>(0u, 0u);
  }
  var result = one;
  var square = a;
  var rest = b;
  while (any(rest != vec2<u32>(0u, 0u))) {
    if ((rest.x & 1u) != 0u) { result = i64_mul(result, square); }
    square = i64_mul(square, square);
    rest = vec2<u32>((rest.x >> 1u) | (rest.y << 31u), rest.y >> 1u);
  }
  return result;
}`,
  i64_from_i32: `
fn i64_from_i32(a: i32) -> vec2<u32> {
  return vec2<u32>(bitcast<u32>(a), bitcast<u32>(a >> 31u));
}`,
  i64_from_f32: `
fn i64_from_f32(a: f32) -> vec2<u32> {
  let bits = bitcast<u32>(a);
  let exponent = i32((bits >> 23u) & 0xffu) - 150;
  if ((bits & 0x7fffffffu) > 0x7f800000u || exponent < -23) { return vec2<u32>(0u, 0u); }
  let sign = (bits >> 31u) != 0u;
  if (exponent > 39) {
    return select(vec2<u32>(0xffffffffu, 0x7fffffffu), vec2<u32>(0u, 0x80000000u), sign);
  }
  let mantissa = vec2<u32>((bits & 0x7fffffu) | 0x800000u, 0u);
  var size: vec2<u32>;
  if (exponent >= 0) { size = i64_shl(mantissa, vec2<u32>(u32(exponent), 0u)); }
  else { size = vec2<u32>(mantissa.x >> u32(-exponent), 0u); }
  return select(size, i64_neg(size), sign);
}`,
  u64_to_f32: `
fn u64_to_f32(a: vec2<u32>) -> f32 {
  let length = select(64u - countLeadingZeros(a.y), 32u - countLeadingZeros(a.x), a.y == 0u);
  if (length <= 24u) { return f32(a.x); }
  let cut = length - 24u;
  var kept = i64_shr_logical(a, cut).x;
  let back = i64_shl(vec2<u32>(kept, 0u), vec2<u32>(cut, 0u));
  let rest = i64_sub(a, back);
  let tie = i64_shl(vec2<u32>(1u, 0u), vec2<u32>(cut - 1u, 0u));
  if (u64_lt(tie, rest) || (i64_eq(tie, rest) && (kept & 1u) != 0u)) { kept += 1u; }
  return f32(kept) * bitcast<f32>((cut + 127u) << 23u);
}`,
  i64_shr_logical: `
fn i64_shr_logical(a: vec2<u32>, n: u32) -> vec2<u32> {
  if (n > 31u) { return vec2<u32>(a.y >> (n & 31u), 0u); }
  if (n == 0u) { return a; }
  return vec2<u32>((a.x >> n) | (a.y << (32u - n)), a.y >> n);
}`,
  i64_to_f32: `
fn i64_to_f32(a: vec2<u32>) -> f32 {
  let size = u64_to_f32(i64_abs(a));
  return select(size, -size, i64_negative(a));
}`,
})
