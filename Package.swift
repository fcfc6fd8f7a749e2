// swift-tools-version: 6.2
import PackageDescription

// CI sets this, so that a warning fails our build but never a user's.
let warningsAreErrors = Context.environment["STICKLER_WARNINGS_AS_ERRORS"] != nil
let settings: [SwiftSetting] =
    [.enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("InternalImportsByDefault")]
    + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioConcurrency = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let subprocess: [Target.Dependency] = [
    .product(name: "Subprocess", package: "swift-subprocess"), .product(name: "SystemPackage", package: "swift-system"),
]
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")

/// A library target above the clock, and the unit tests that go with it.
func layer(
    _ name: String, _ own: [Target.Dependency], tests: [Target.Dependency] = []
) -> [Target] {
    let dependencies = own + ["Clocks"]
    return [
        .target(name: name, dependencies: dependencies, swiftSettings: settings),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies + tests,
            swiftSettings: settings),
    ]
}

let package = Package(
    name: "stickler",
    products: [
        .executable(name: "stickler", targets: ["SticklerCommand"]),
        .library(name: "Stickler", targets: ["Stickler"]),
        .library(name: "WebSocketCodec", targets: ["WebSocketCodec"]),
        .library(name: "WebSocketCodecHTTP1", targets: ["WebSocketCodecHTTP1"]),
        .library(name: "SockJS", targets: ["SockJS"]),
        .library(name: "DDP", targets: ["DDP"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        .target(name: "Clocks", swiftSettings: settings),
        .testTarget(name: "ClocksTests", dependencies: ["Clocks"], swiftSettings: settings),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .executableTarget(
            name: "SticklerCommand",
            dependencies: [
                "Stickler", "Reports", "Clocks",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["Clocks", nioCore], path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(
            name: "AcceptanceTests",
            dependencies: [
                "Stickler", "TestSupport", "Conformance", "Balancers", "Claims", "Clocks", "Cluster", "Defects",
                "History",
                "Profiles", "Verdicts",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PeerTests",
            dependencies: [
                "TestSupport", "Lab", "Fleet", "ReferenceNode", "StickyProxy", "Balancers", "Defects", "SockJS", "DDP",
                "Wire",
                "Claims", "Clocks", "History", "Verdicts", "Reports", "StressResults", "Statistics", nioCore, nioPosix,
            ] + subprocess,
            swiftSettings: settings),
        .testTarget(
            name: "SticklerCommandTests",
            dependencies: [
                "SticklerCommand", "Stickler", "TestSupport", "Clocks",
            ] + subprocess,
            swiftSettings: settings),
    ]
        + layer("WebSocketCodec", [nioCore, "CZlib"], tests: [nioEmbedded, nioWebSocket])
        + layer("WebSocketCodecHTTP1", ["WebSocketCodec", nioHTTP1])
        + layer("SockJS", [])
        + layer("DDP", [])
        + layer("Statistics", ["CZlib"])
        + layer("Claims", [])
        + layer("History", ["Claims", "SockJS"])
        + layer("Verdicts", ["Claims", "DDP", "History"])
        + layer(
            "Wire",
            [
                nioCore, nioPosix, nioHTTP1, nioConcurrency, "History", "WebSocketCodec", "WebSocketCodecHTTP1",
                "CZlib",
                .product(name: "DequeModule", package: "swift-collections"),
            ], tests: [nioEmbedded])
        + layer("Discovery", ["Wire", "WebSocketCodec", nioCore], tests: [nioPosix] + subprocess)
        + layer(
            "ReferenceNode",
            [
                "Wire", "History", "WebSocketCodec", "SockJS", "DDP", nioCore, nioPosix, nioHTTP1, nioConcurrency,
                .product(name: "DequeModule", package: "swift-collections"),
            ], tests: [nioEmbedded])
        + layer(
            "StickyProxy",
            [
                "Wire", "SockJS", nioCore, nioPosix, nioHTTP1, nioConcurrency,
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ], tests: [nioEmbedded, "Defects"])
        + layer("Cluster", ["StickyProxy", "Discovery", "SockJS", "Wire"], tests: [nioCore])
        + layer("Defects", ["StickyProxy", nioCore, nioHTTP1], tests: [nioEmbedded])
        + layer("Profiles", ["StickyProxy", "Defects", "Cluster", "Discovery", "Claims"], tests: [])
        + layer(
            "Balancers",
            [
                "Claims", "History", .product(name: "Yams", package: "Yams"),
            ] + subprocess)
        + layer("Fleet", ["Wire", "History", "WebSocketCodec", "SockJS", "DDP", nioCore, nioPosix, nioHTTP1])
        + layer(
            "Lab",
            [
                "Balancers", "Fleet", "StickyProxy", "Cluster", "Discovery", "Defects", "ReferenceNode", "Wire",
                "Verdicts", "Claims", "History",
                nioCore, nioPosix, .product(name: "Logging", package: "swift-log"),
            ])
        + layer(
            "Conformance", ["Lab", "Fleet", "Wire", "Verdicts", "Claims", "History", "SockJS", "DDP"], tests: [nioCore])
        + layer("StressResults", ["History", "SockJS", "Statistics"])
        + layer(
            "Stress",
            [
                "StressResults", "Statistics", "Lab", "Fleet", "Wire", "Verdicts", "Claims", "History", "SockJS", "DDP",
                "WebSocketCodec", nioCore, nioPosix,
            ])
        + layer("Reports", ["Verdicts", "Claims", "History", "StressResults", "Statistics"])
        + layer(
            "Stickler",
            [
                "Conformance", "Lab", "Fleet", "Balancers", "StickyProxy", "Cluster", "Discovery", "Defects",
                "Profiles", "ReferenceNode", "Reports",
                "Verdicts", "Claims", "History", "SockJS", "Stress", "StressResults", "Wire", "CMalloc", nioCore,
                nioPosix, .product(name: "Logging", package: "swift-log"),
            ]),
    swiftLanguageModes: [.v6]
)
