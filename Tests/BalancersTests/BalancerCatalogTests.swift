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
            let text = try manifest.template(of: variant).render(
                listen: "127.0.0.1:1", nodes: ["127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4"], directory: "/tmp")
            #expect(!text.contains("{{"))
        }
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

    @Test func `a template that is not there is refused by its path`() throws {
        let error = #expect(throws: CatalogError.self) {
            try ConfigTemplate(contentsOf: "/no/such.conf", examples: .init(listen: "", node: ""))
        }
        #expect(error == .unreadable(file: "/no/such.conf", reason: "no such file"))
    }
}
