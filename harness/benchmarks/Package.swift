// swift-tools-version: 6.2
import PackageDescription

// Programs that measure the library beside others, each in the same run; `harness/bench` builds and runs them.
let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "stickler", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .target(name: "AllocationCounter"),
        .target(name: "BenchmarkProcess"),
        .target(name: "BenchmarkTable"),
        .executableTarget(name: "EchoServer"),
        .target(name: "ProxyLoad"),
        .executableTarget(
            name: "RawClient",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .executableTarget(
            name: "RawRelay",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .executableTarget(name: "RawServer"),
        .target(name: "Subreaper"),
        .target(name: "RawZlib", linkerSettings: [.linkedLibrary("z")]),
        .executableTarget(
            name: "DDPBenchmark",
            dependencies: ["AllocationCounter", "BenchmarkTable", .product(name: "DDP", package: "stickler")]),
        .executableTarget(
            name: "WebSocketBenchmark",
            dependencies: [
                "AllocationCounter", "BenchmarkTable", "RawZlib",
                .product(name: "WebSocketCodec", package: "stickler"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ]),
        .executableTarget(name: "CrowdBenchmark", dependencies: ["BenchmarkProcess", "BenchmarkTable"]),
        .executableTarget(
            name: "FleetBenchmark", dependencies: ["BenchmarkProcess", "BenchmarkTable", "Subreaper"]),
        .executableTarget(name: "ProxyBenchmark", dependencies: ["BenchmarkProcess", "BenchmarkTable", "ProxyLoad"]),
        .executableTarget(
            name: "SockJSBenchmark",
            dependencies: [
                "BenchmarkProcess", "BenchmarkTable",
                .product(name: "WebSocketCodec", package: "stickler"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
