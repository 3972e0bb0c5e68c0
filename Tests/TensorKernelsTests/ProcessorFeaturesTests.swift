import TensorKernels
import TestTags
import Testing

@Suite(.tags(.kernel)) struct ProcessorFeaturesTests {
  @Test func featuresOfSeveralMakersAreRead() {
    let wide = ProcessorFeatures(
      cpuinfo: """
        processor\t: 0
        model name\t: Maker: Model 7
        flags\t\t: fpu sse2 avx avx2 f16c fma avx512f

        processor\t: 1
        model name\t: Maker: Model 7
        flags\t\t: fpu sse2 avx avx2 f16c fma avx512f
        """)
    #expect(wide.modelName == "Maker: Model 7")
    #expect(wide.vectorBits == 512)
    #expect(wide.missingForKernels.isEmpty)

    let arm = ProcessorFeatures(cpuinfo: "processor : 0\nFeatures : fp asimd evtstrm\n")
    #expect(arm.modelName == nil)
    #expect(arm.vectorBits == 128)
    #expect(ProcessorFeatures(cpuinfo: "").vectorBits == nil)
  }

  #if arch(x86_64)
    @Test func whatTheKernelsLackIsNamed() {
      let old = ProcessorFeatures(cpuinfo: "flags : sse2 avx\n")
      #expect(old.vectorBits == 256)
      #expect(old.missingForKernels == ["avx2", "f16c", "fma"])
      #expect(ProcessorFeatures(cpuinfo: "flags : avx2\n").missingForKernels == ["f16c", "fma"])
    }
  #endif
}
