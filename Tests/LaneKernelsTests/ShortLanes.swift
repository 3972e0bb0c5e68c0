import LaneKernels

// Widths that no module compiles kernels for. Those of 256 and 512 bits must not be compiled into a
// test: the linker keeps one of equal functions, and a processor might meet instructions that it
// lacks, or a fast kernel be replaced by a slow one.

extension SIMD2: FloatLanes where Scalar == Float {
  public typealias Bits = SIMD2<UInt32>

  public static func greater(_ x: Self, _ y: Self) -> Self { y.replacing(with: x, where: x .> y) }

  public static func lesser(_ x: Self, _ y: Self) -> Self { y.replacing(with: x, where: x .< y) }
}

extension SIMD4: FloatLanes where Scalar == Float {
  public typealias Bits = SIMD4<UInt32>

  public static func greater(_ x: Self, _ y: Self) -> Self { y.replacing(with: x, where: x .> y) }

  public static func lesser(_ x: Self, _ y: Self) -> Self { y.replacing(with: x, where: x .< y) }
}
