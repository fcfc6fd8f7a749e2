import Balancers
import Claims
import Conformance
import Defects
import Foundation
import History
import Lab
import Profiles
import ReferenceNode
import StickyProxy
import Verdicts
import Wire

/// What a verification will do: whom it asks, by whose claims, and which cases.
struct VerificationPlan: Sendable {
    var bench: BenchTarget
    var claims: ClaimSheet
    var report: RunReport.Target
    var cases: [ConformanceCase]
    /// The apps behind the nodes that are started, one for each, or none.
    var apps: [Endpoint]

    init(
        _ target: VerificationTarget, cases: [ConformanceCase], declarations: Declarations, apps: [String],
        access: SiteAccess, seed: UInt64
    ) throws(VerificationError) {
        self.cases = cases
        self.apps = try Self.apps(apps, behind: target)
        switch target {
        case .reference(let mutant):
            try Self.checkPlain(access)
            let profile = try mutant.map { name throws(VerificationError) in Profile(try MutantChoice(asked: name)) }
            (bench, claims, report) = try Self.profile(profile ?? .reference, declarations, seed: seed)
        case .profile(let name):
            try Self.checkPlain(access)
            (bench, claims, report) = try Self.profile(try Profile(asked: name), declarations, seed: seed)
        case .balancer(let name, let config):
            (bench, claims, report) = try Self.balancer(name, config, declarations, access)
        case .url(let url, let controls, let tokenFile):
            (bench, claims, report) = try Self.running(
                url, controls, try ControlToken(ofFile: tokenFile), declarations, access)
        }
        if let scope = declarations.scope { claims = claims.scoped(scope) }
        claims = claims.without(declarations.without)
        for (code, lines) in declarations.remedies { claims.remedies[code.rawValue] = lines }
        report.claims = claims.claims
    }

    /// What is started here says itself where its WebSockets are opened.
    private static func checkOneEntrance(_ access: SiteAccess) throws(VerificationError) {
        guard access.webSockets == nil else {
            throw .usage("--websocket-url goes with --url; what is started here says itself where its WebSockets go")
        }
    }

    /// The reference proxy wants to hear nothing.
    private static func checkPlain(_ access: SiteAccess) throws(VerificationError) {
        try checkOneEntrance(access)
        guard access == .plain else {
            throw .usage("--host and --header go with --url or --balancer; the reference proxy takes any")
        }
    }

    private static func apps(
        _ addresses: [String], behind target: VerificationTarget
    ) throws(VerificationError) -> [Endpoint] {
        guard !addresses.isEmpty else { return [] }
        if case .url = target {
            throw .usage(
                "nodes behind a URL are told of their app when they are started: stickler node --app HOST:PORT")
        }
        guard addresses.count == BenchSite.nodeCount else {
            throw .usage(
                "\(Counted.words(addresses.count, "app")) for \(BenchSite.nodeCount) nodes: give one for each, the same one if "
                    + "need be")
        }
        do {
            return try addresses.map { try Endpoint(parsing: $0) }
        } catch {
            throw .usage("\(error)")
        }
    }

    /// The balancer's configuration, for the history; nil where it is none of ours to read.
    var configuration: HistoryHeader.Configuration? {
        guard case .balancer(_, let setup, _) = bench else { return nil }
        return HistoryHeader.Configuration(
            text: setup.template.text, listen: setup.template.examples.listen, node: setup.template.examples.node)
    }

    /// How many files the process needs. The herd of clients opens most, 563 by measure, since each connection is there
    /// from both ends where proxy and nodes are in this process; others beside it took up to 90 each.
    func openFiles(atOnce parallelism: Int) -> Int {
        if case .running = bench { return 384 }
        return 640 + 128 * (min(parallelism, cases.count) - 1)
    }

    private typealias Parts = (BenchTarget, ClaimSheet, RunReport.Target)

    private static func profile(
        _ documented: Profile, _ declarations: Declarations, seed: UInt64
    ) throws(VerificationError) -> Parts {
        guard declarations.claimsOf == nil, declarations.scope == nil else {
            throw .usage("--as and --scope go with --url or --balancer; what the reference proxy does is known")
        }
        let profile = documented.accelerated
        let damage = profile.damage(seed: seed)
        return (
            profile.cluster.map { .cluster($0) }
                ?? .reference(
                    damage.behavior, damage.defects, instances: profile.instances, webSockets: profile.webSockets),
            profile.claims,
            RunReport.Target(
                kind: .reference, name: documented.isSystem ? profile.name : "reference proxy",
                version: ToolVersion.current, config: configuration(of: documented), claims: [])
        )
    }

    private static func configuration(of profile: Profile) -> String {
        if let breaks = profile.breaks { return "mutant \(breaks.mutant)" }
        guard profile.isSystem else { return profile.name }
        if profile.cluster != nil {
            return "profile, leases of nodes \(BenchTarget.clusterSpeed) times as short as documented"
        }
        if profile.startsNodes {
            return "profile, nodes come and go \(BenchTarget.scalingSpeed) times as fast as documented"
        }
        return profile.checkSpeed > 1
            ? "profile, nodes checked \(profile.checkSpeed) times as often as documented" : "profile"
    }

    private static func balancer(
        _ name: String, _ config: String?, _ declarations: Declarations, _ access: SiteAccess
    ) throws(VerificationError) -> Parts {
        try checkOneEntrance(access)
        do {
            let catalog = try BalancerCatalog.find(own: declarations.balancers)
            let manifest = try catalog.manifest(name)
            let isFile = config?.contains("/") ?? false
            var variant = isFile ? nil : try manifest.variant(config)
            let template: ConfigTemplate
            if let variant {
                template = try manifest.template(of: variant)
            } else {
                template = try ConfigTemplate(contentsOf: config ?? "", examples: manifest.placeholders)
                // A copy of one of ours is held to what that one is held to.
                variant = manifest.variants.first { (try? manifest.template(of: $0))?.says(template.text) == true }
            }
            let setup = BalancerSetup(template, files: try variant.map { try manifest.files(of: $0) } ?? [:])
            // Placeholders that are missing or unknown show now, before anything is started.
            _ = try BalancerConfiguration(
                template, files: setup.files, as: manifest.name, values: .example(nodes: BenchSite.nodeCount))
            let claims = try declarations.claims(in: catalog) ?? manifest.claims(of: variant)
            return (
                .balancer(manifest, setup, access), claims,
                RunReport.Target(
                    kind: .balancer, name: manifest.name, config: (isFile ? config : variant?.name) ?? "", claims: [])
            )
        } catch {
            throw .usage("\(error)")
        }
    }

    private static func running(
        _ url: String, _ controls: [String], _ token: ControlToken?, _ declarations: Declarations, _ access: SiteAccess
    ) throws(VerificationError) -> Parts {
        let address = try SiteURL(url)
        guard !controls.isEmpty else {
            throw .usage(
                "a URL needs the control addresses of the nodes behind it: --node HOST:PORT, once for each; start them "
                    + "with `stickler node`")
        }
        do {
            let endpoints = try controls.map { try Endpoint(parsing: $0) }
            guard controls.count > 1 else {
                throw VerificationError.usage(
                    "one node can't show where a session belongs and where it goes when its node dies: put two or, better, "
                        + "three behind the balancer, each with a --node of its own")
            }
            let admitted = address.user.map { access.authorized(user: $0.name, password: $0.password) } ?? access
            let claims = try declarations.claims(in: .find(own: declarations.balancers)) ?? .unknownBalancer
            return (
                .running(
                    front: try Endpoint(parsing: "\(address.host):\(address.port)"),
                    host: admitted.host ?? address.hostField, pathPrefix: address.path, controls: endpoints,
                    token: token, access: admitted), claims,
                RunReport.Target(
                    kind: .url, name: address.description, config: Counted.words(controls.count, "node"), claims: [])
            )
        } catch {
            throw .usage("\(error)")
        }
    }
}

extension ConfigTemplate {
    /// Whether it says the same, white space at the ends aside.
    fileprivate func says(_ other: String) -> Bool {
        text.trimmingCharacters(in: .whitespacesAndNewlines) == other.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
