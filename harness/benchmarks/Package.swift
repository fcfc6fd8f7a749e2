// swift-tools-version: 6.2
import PackageDescription

// Measure our libraries beside others, each in the same run. `harness/bench websocket` and `harness/bench ddp` run them.
let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "stickler", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .target(name: "AllocationCounter"),
        .target(name: "RawZlib", linkerSettings: [.linkedLibrary("z")]),
        .executableTarget(
            name: "DDPBenchmark", dependencies: ["AllocationCounter", .product(name: "DDP", package: "stickler")]),
        .executableTarget(
            name: "WebSocketBenchmark",
            dependencies: [
                "AllocationCounter", "RawZlib",
                .product(name: "WebSocketCodec", package: "stickler"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
