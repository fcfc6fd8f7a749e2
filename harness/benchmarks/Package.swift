// swift-tools-version: 6.2
import PackageDescription

// Measures the codec beside NIOWebSocket, memcpy and zlib, each in the same run. `harness/bench websocket` runs it.
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
