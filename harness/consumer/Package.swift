// swift-tools-version: 6.2
import PackageDescription

// A user's package: Stickler as a dependency, its verdicts as tests.
let package = Package(
    name: "consumer",
    dependencies: [
        .package(name: "stickler", path: "../..")
    ],
    targets: [
        .testTarget(
            name: "ConsumerTests",
            dependencies: [.product(name: "Stickler", package: "stickler")],
            // As strict as a user may be: all there is must come with "import Stickler".
            swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")])
    ],
    swiftLanguageModes: [.v6]
)
