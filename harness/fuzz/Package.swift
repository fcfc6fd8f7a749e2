// swift-tools-version: 6.2
import PackageDescription

// The sources of the libraries are linked in, so that they are instrumented too. `harness/fuzz/run TARGET` builds and runs it.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("InternalImportsByDefault"),
    .unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"]),
]

/// A program that runs the fuzz targets which the tests of a library replay.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: ["FuzzDriver"] + dependencies, swiftSettings: settings,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
}

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")

let package = Package(
    name: "fuzz",
    dependencies: [.package(url: "https://github.com/apple/swift-nio", from: "2.101.2")],
    targets: [
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib"),
        .target(name: "Clocks", swiftSettings: settings),
        .target(
            name: "WebSocketCodec", dependencies: ["Clocks", "CZlib", nioCore], exclude: ["WebSocketCodec.docc"],
            swiftSettings: settings),
        .target(name: "SockJS", dependencies: ["Clocks"], exclude: ["SockJS.docc"], swiftSettings: settings),
        .target(name: "DDP", dependencies: ["Clocks"], exclude: ["DDP.docc"], swiftSettings: settings),
        // The parsers of HTTP alone, which need nothing else of Wire.
        .target(name: "Wire", dependencies: [nioCore, nioHTTP1], swiftSettings: settings),
        .target(name: "FuzzDriver"),
        program("WebSocketFuzz", ["WebSocketCodec", nioCore]),
        program("SockJSFuzz", ["Clocks", "SockJS"]),
        program("DDPFuzz", ["Clocks", "DDP"]),
        program("HTTPFuzz", ["Wire", nioCore]),
    ],
    swiftLanguageModes: [.v6]
)
