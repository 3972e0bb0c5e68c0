import TensorKernels
import TestTags
import Testing

@Suite(.tags(.kernel)) struct BLASInformationTests {
  @Test func theLibraryNamesItselfAndMultiplies() {
    #expect(!BLASInformation.core.isEmpty)
    #expect(BLASInformation.configuration.contains("OpenBLAS"))
    let rate = BLASInformation.peakRate(workers: 2, order: 64, rounds: 2)
    #expect(rate > 0 && rate.isFinite)
    #expect(BLASInformation.threads == 1)
  }
}
