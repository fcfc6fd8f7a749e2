import Claims
import Foundation
import TestSupport
import Testing

@testable import Balancers

@Suite struct BalancerCatalogTests {
    static let shipped = BalancerCatalog(directory: shippedDirectory)

    @Test func `nginx and HAProxy ship`() throws {
        #expect(try Set(Self.shipped.names()).isSuperset(of: ["haproxy", "nginx"]))
    }

    @Test(arguments: try shipped.names())
    func `every shipped balancer has a readable manifest, and templates that name three nodes`(_ name: String) throws {
        let manifest = try Self.shipped.manifest(name)
        for variant in manifest.variants {
            let configuration = try BalancerConfiguration(
                manifest.template(of: variant), files: manifest.files(of: variant), as: name, values: .example(nodes: 3)
            )
            #expect(!configuration.text.contains("{{"))
        }
        let named = Set(manifest.directives.keys).union(manifest.unclaimed.keys)
        #expect(named == Set(Feature.allCases), "it says something about every feature")
        #expect(manifest.variants.contains { !$0.isCorrect }, "a wrong configuration shows that the cases can fail")
    }

    @Test func `what a balancer leaves out is what its documents say it lacks`() throws {
        let nginx = try Self.shipped.manifest("nginx")
        #expect(try Array(nginx.claims(of: nil).omissions.keys) == [.activeHealthCheck])
        #expect(nginx.faults.failover == .hashReturn)
        let haproxy = try Self.shipped.manifest("haproxy")
        #expect(try haproxy.claims(of: nil).omissions.isEmpty)
        #expect(haproxy.faults.failover == .rehome)
        let table = try haproxy.claims(of: haproxy.variant("stick-table"))
        #expect(table.scope == .session)
        #expect(Array(table.omissions.keys) == [.clientAffinity])
    }

    @Test func `an unknown balancer is refused with the list of the known`() throws {
        let known = try Self.shipped.names()
        #expect(throws: CatalogError.unknownBalancer("ngnix", known: known)) { try Self.shipped.manifest("ngnix") }
        #expect(throws: CatalogError.unknownBalancer("../balancers/nginx", known: known)) {
            try Self.shipped.manifest("../balancers/nginx")
        }
    }

    @Test
    func
        `the environment names the folder, else it is found upward from the working directory, else from the executable`()
        async throws
    {
        try await withTemporaryDirectory { root in
            let inside = "\(root)/a/b"
            let folder = "\(root)/harness/balancers"
            for path in [inside, folder] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            func found(_ environment: [String: String], _ directory: String, _ executable: String?) throws -> String {
                try BalancerCatalog.locate(
                    vocabulary: .small, environment: environment, workingDirectory: directory, executable: executable
                ).directory
            }
            #expect(try found(["STICKLER_BALANCERS": inside], "/", nil) == inside)
            #expect(try found([:], inside, nil) == folder)
            #expect(try found([:], "/proc", "\(inside)/stickler") == folder)
            let installed = "\(root)/usr/share/stickler/balancers"
            try FileManager.default.createDirectory(atPath: installed, withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: "\(root)/usr/bin", withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: "\(root)/harness", toPath: "\(root)/elsewhere")
            #expect(try found([:], "/proc", "\(root)/usr/bin/stickler") == installed)
            try FileManager.default.moveItem(atPath: "\(root)/elsewhere", toPath: "\(root)/harness")
            #expect(throws: CatalogError.noCatalog(searched: ["STICKLER_BALANCERS=/no/such"])) {
                try found(["STICKLER_BALANCERS": "/no/such"], inside, nil)
            }
            let nowhere = #expect(throws: CatalogError.self) { try found([:], "/proc", nil) }
            #expect(nowhere?.description.contains("STICKLER_BALANCERS") == true)
        }
    }

    @Test func `a manifest under another name than its folder is refused`() async throws {
        try await withTemporaryDirectory { root in
            try FileManager.default.createDirectory(atPath: "\(root)/other", withIntermediateDirectories: true)
            try BalancerManifestTests.good.write(
                toFile: "\(root)/other/balancer.yml", atomically: true, encoding: .utf8)
            let error = #expect(throws: CatalogError.self) {
                try BalancerCatalog(directory: root, vocabulary: .small).manifest("other")
            }
            #expect(error?.description.contains("give both the same name") == true)
        }
    }

    @Test func `a manifest that is like another one has what it does not say itself from that one`() async throws {
        try await withTemporaryDirectory { root in
            func write(_ text: String, to path: String) throws {
                let file = URL(fileURLWithPath: "\(root)/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            try write(BalancerManifestTests.good, to: "fake/balancer.yml")
            try write("theirs {{listen}} {{node1}}", to: "fake/right.conf")
            let own = """
                name: newer
                title: Newer
                like: fake
                binary: newer
                claims: {active-health-check: check on}
                unclaimed: {client-affinity: {reason: gone, source: "https://example.com/"}}
                default: right
                variants:
                  - {name: right, file: right.conf, summary: all there, correct: true, scope: client}
                """
            try write(own, to: "newer/balancer.yml")
            let catalog = BalancerCatalog(directory: root, vocabulary: .small)
            let manifest = try catalog.manifest("newer")
            #expect(manifest.binaries == ["newer"])
            #expect(manifest.start == ["-f", "{{config}}"])
            #expect(manifest.directives == [.websocketUpgrade: "upgrade on", .activeHealthCheck: "check on"])
            #expect(Array(manifest.unclaimed.keys) == [.clientAffinity])
            #expect(manifest.variants.map(\.name) == ["right"])
            #expect(try manifest.template(of: manifest.variants[0]).text.hasPrefix("theirs"))
            try write("ours {{listen}} {{node1}}", to: "newer/right.conf")
            #expect(try manifest.template(of: manifest.variants[0]).text.hasPrefix("ours"))

            try write(own.replacing("like: fake", with: "like: fakes"), to: "newer/balancer.yml")
            let unknown = #expect(throws: CatalogError.self) { try catalog.manifest("newer") }
            #expect(unknown?.description.contains("newer/balancer.yml:3: like: \"fakes\" can't be read") == true)
            try write(own.replacing("like: fake", with: "like: newer"), to: "newer/balancer.yml")
            let itself = #expect(throws: CatalogError.self) { try catalog.manifest("newer") }
            #expect(itself?.description.contains("is like another one itself") == true)
        }
    }

    @Test func `a program is looked for where its packages are, and else where the system has programs`() async throws {
        try await withTemporaryDirectory { root in
            func program(_ path: String) throws -> String {
                let file = URL(fileURLWithPath: "\(root)/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try "#!/bin/sh\n".write(to: file, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
                return file.path
            }
            var manifest = try BalancerManifestTests.manifest()
            manifest.directories = ["\(root)/fake"]
            manifest.binaries = ["wheel/bin/fake", "fake"]
            manifest.libraries = ["wheel/lib"]
            manifest.packages = [.pypi("fake", version: "1")]
            let path = "\(root)/bin:relative"
            let error = #expect(throws: BalancerError.self) { try BalancerBinary.find(manifest, path: path) }
            #expect(error?.description.contains("wheel/bin/fake or fake is not installed") == true)
            #expect(error?.description.contains("run: \(root)/install fake") == true)

            let system = try program("bin/fake")
            #expect(try BalancerBinary.find(manifest, path: path).path == system)
            let script = try program(".programs/fake/bin/fake")
            #expect(try BalancerBinary.find(manifest, path: path).path == script)
            let within = try program(".programs/fake/lib/python3.99/site-packages/wheel/bin/fake")
            let found = try BalancerBinary.find(manifest, path: path)
            #expect(found.path == within)
            #expect(found.libraries == ["\(root)/.programs/fake/lib/python3.99/site-packages/wheel/lib"])
            manifest.binaries = [system]
            #expect(try BalancerBinary.find(manifest, path: "").path == system)
        }
    }

    @Test func `a template that is not there is refused by its path`() throws {
        let error = #expect(throws: CatalogError.self) {
            try ConfigTemplate(contentsOf: "/no/such.conf", examples: .init(listen: "", node: ""))
        }
        #expect(error == .unreadable(file: "/no/such.conf", reason: "no such file"))
    }
}
