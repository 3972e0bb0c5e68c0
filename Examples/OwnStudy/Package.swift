// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "OwnStudy",
  dependencies: [.package(name: "ScoreDilutionLab", path: "../..")],
  targets: [
    .executableTarget(
      name: "OwnStudy",
      dependencies: [.product(name: "ScoreDilution", package: "ScoreDilutionLab")])
  ]
)
