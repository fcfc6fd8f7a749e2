import ArgumentParser
import Stickler

/// What is to be verified, or put under load.
struct TargetOptions: ParsableArguments {
    @Option(help: "Start this balancer in front of three nodes of ours; one of harness/balancers.")
    var balancer: String?

    @Option(
        help: ArgumentHelp(
            "The balancer's configuration: a variant of its manifest, or, with a / in it, a template of your own.",
            valueName: "file|variant"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Take the balancer that runs at this URL, in front of nodes started with `stickler node`.",
            valueName: "http://host:port"))
    var url: String?

    @Option(help: ArgumentHelp("Control address of a node behind --url; once for each node.", valueName: "host:port"))
    var node: [String] = []

    @Option(
        help: ArgumentHelp("The token file that the nodes behind --url were started with.", valueName: "file"))
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Break the one thing in the reference proxy that this mutant breaks; with a rate, as in NAME:1/1000, for one "
                + "message, request or session in so many. `stickler mutants` says for which.",
            valueName: "name[:1/n]"))
    var mutant: String?

    @Option(help: "Take the reference proxy as this system or mutant; `stickler profiles` lists systems.")
    var profile: String?

    /// In the words of the library; the reference proxy unless told otherwise.
    func target() throws(VerificationError) -> VerificationTarget {
        if let profile {
            guard balancer == nil, url == nil, mutant == nil else {
                throw .usage("give one of --balancer, --url, --mutant and --profile, not several")
            }
            guard config == nil, node.isEmpty else {
                throw .usage("--config goes with --balancer and --node with --url; a profile brings its own")
            }
            return .profile(profile)
        }
        switch (balancer, url, mutant) {
        case (nil, nil, let mutant):
            guard config == nil else { throw .usage("--config needs --balancer: whose configuration is it?") }
            guard node.isEmpty else { throw .usage("--node needs --url: which balancer is in front of it?") }
            return .reference(mutant: mutant)
        case (let balancer?, nil, nil):
            guard node.isEmpty else { throw .usage("--node goes with --url, not with --balancer") }
            return .balancer(balancer, config: config)
        case (nil, let url?, nil):
            guard config == nil else { throw .usage("--config goes with --balancer, not with --url") }
            return .url(url, controls: node, tokenFile: tokenFile)
        default: throw .usage("give one of --balancer, --url, --mutant and --profile, not several")
        }
    }
}
