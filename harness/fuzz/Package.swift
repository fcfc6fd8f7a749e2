// swift-tools-version: 6.2
import PackageDescription

// The codec's sources are linked in, so that they are instrumented too. `harness/fuzz/run TARGET` builds and runs it.
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
        .executableTarget(
            name: "WebSocketFuzz",
            dependencies: ["WebSocketCodec", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: settings, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ],
    swiftLanguageModes: [.v6]
)
