/// The commands of one balancer with one configuration.
struct Launch: Sendable {
    let manifest: BalancerManifest
    let binary: BalancerBinary
    let config: String
    let directory: String

    func invocation(_ arguments: [String]) -> Invocation {
        Invocation(executable: binary.path, arguments: arguments.map(filled), directory: directory)
    }

    /// Path of the log that the balancer writes, if the manifest names one.
    var log: String? { manifest.log.map(filled) }

    private func filled(_ text: String) -> String {
        text.replacing("{{config}}", with: config).replacing("{{dir}}", with: directory)
    }

    func version() async throws(BalancerError) -> String {
        let (_, output) = try await ending(manifest.version.arguments)
        guard let start = output.firstRange(of: manifest.version.after)?.upperBound else { return "unknown" }
        let version = output[start...].prefix { !$0.isWhitespace }
        return version.isEmpty ? "unknown" : String(version)
    }

    func check() async throws(BalancerError) {
        if manifest.check.isEmpty { return }
        let (exit, output) = try await ending(manifest.check)
        if exit != .exited(0) {
            throw .configurationRefused(balancer: manifest.name, output: output.isEmpty ? "\(exit)" : output)
        }
    }

    private func ending(_ arguments: [String]) async throws(BalancerError) -> (BalancerExit, String) {
        let tail = OutputTail()
        let invocation = invocation(arguments)
        let exit = await withTaskGroup(of: BalancerExit?.self) { group in
            group.addTask { await invocation.run(tail.append) }
            group.addTask {
                // A cancelled wait ends like a finished one: the group is left either way.
                try? await Task.sleep(for: manifest.startPatience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        if Task.isCancelled { throw .cancelled }
        guard let exit else {
            throw .commandTimedOut(
                balancer: manifest.name, arguments: invocation.arguments, after: manifest.startPatience)
        }
        return (exit, tail.text)
    }
}
