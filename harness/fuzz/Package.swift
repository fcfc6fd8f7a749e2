// swift-tools-version: 6.2
import PackageDescription

// The sources of the libraries are linked in, so that they are instrumented too. `harness/fuzz/run TARGET` builds and runs it.
let settings: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])]

let package = Package(
    name: "fuzz",
    dependencies: [.package(url: "https://github.com/apple/swift-nio", from: "2.101.2")],
    targets: [
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib"),
        .target(
            name: "WebSocketCodec",
            dependencies: ["CZlib", .product(name: "NIOCore", package: "swift-nio")],
            exclude: ["WebSocketCodec.docc"], swiftSettings: settings),
        .target(name: "DDP", exclude: ["DDP.docc"], swiftSettings: settings),
        .executableTarget(
            name: "DDPFuzz", dependencies: ["DDP"], swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
        .executableTarget(
            name: "WebSocketFuzz",
            dependencies: ["WebSocketCodec", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: settings, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ],
    swiftLanguageModes: [.v6]
)
