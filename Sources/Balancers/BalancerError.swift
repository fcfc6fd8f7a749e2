import History

/// Why a balancer does not run.
package enum BalancerError: Error, Hashable, CustomStringConvertible {
    /// The program is not installed.
    case notInstalled(binary: String, advice: String, searched: [String])
    /// The program is older than its manifest is for.
    case tooOld(binary: String, version: String, minimum: ProgramVersion, advice: String)
    /// The command that prepares it failed; `output` is what it says.
    case notPrepared(balancer: String, command: [String], BalancerExit, output: String)
    /// The address cannot be listened on by any balancer: not numeric, or no port.
    case invalidAddress(ListenAddress)
    /// Something else listens on the address.
    case addressInUse(ListenAddress, balancer: String, output: String)
    /// The work directory cannot be made or written.
    case workDirectory(String, reason: String)
    /// The balancer refuses its configuration; `output` is what it says.
    case configurationRefused(balancer: String, output: String)
    /// A command of the balancer (version, configuration check) did not end in time.
    case commandTimedOut(balancer: String, arguments: [String], after: Duration)
    /// It ended before it accepted; `output` is what it says.
    case endedEarly(balancer: String, BalancerExit, output: String)
    /// It runs and does not accept on the address.
    case notAccepting(ListenAddress, balancer: String, after: Duration, output: String)
    /// It puts itself into the background, or its configuration has the `statement` that says so; it has been ended.
    case inBackground(balancer: String, statement: String?)
    /// The task was cancelled while the balancer started; it has been stopped.
    case cancelled

    /// What is wrong, and what to do about it.
    package var description: String {
        switch self {
        case .notInstalled(let binary, let advice, let searched):
            """
            \(binary) is not installed (looked in \(searched.joined(separator: ", "))); \
            \(advice)
            """
        case .tooOld(let binary, let version, let minimum, let advice):
            "\(binary) is version \(version), and these configurations are for \(minimum) or newer; \(advice)"
        case .notPrepared(let balancer, let command, let exit, let output):
            "\(command.joined(separator: " ")), which prepares \(balancer), failed (\(exit))"
                + Self.quoted(output, by: command.first ?? "it")
        case .invalidAddress(let listen):
            "\(listen) is no address to listen on; give a numeric address and a port from 1 to 65535"
        case .addressInUse(let listen, let balancer, let output):
            "\(balancer) cannot listen on \(listen): the address is in use; end what listens there"
                + Self.quoted(output, by: balancer)
        case .workDirectory(let path, let reason):
            "cannot use the work directory \(path): \(reason); it must be an absolute path that can be written"
        case .configurationRefused(let balancer, let output):
            "\(balancer) refuses the configuration" + Self.quoted(output, by: balancer)
        case .commandTimedOut(let balancer, let arguments, let after):
            "\(balancer) \(arguments.joined(separator: " ")) did not end within \(after.inWords); run it by hand to see why"
        case .endedEarly(let balancer, let exit, let output):
            "\(balancer) ended before it accepted a connection (\(exit))" + Self.quoted(output, by: balancer)
        case .notAccepting(let listen, let balancer, let after, let output):
            "\(balancer) runs and does not accept on \(listen) after \(after.inWords); its configuration must listen on {{listen}}"
                + Self.quoted(output, by: balancer)
        case .inBackground(let balancer, let statement?):
            "\(balancer) is run in the foreground, and its configuration must not say whether it is: remove \(statement)"
        case .inBackground(let balancer, nil):
            """
            \(balancer) put itself into the background, where it can't be watched; it has been ended. Remove the directive \
            that says so, such as `daemon`
            """
        case .cancelled:
            "cancelled while the balancer started; it has been stopped"
        }
    }

    private static func quoted(_ output: String, by balancer: String) -> String {
        output.isEmpty ? "; it says nothing" : "; it says:\n\(output)"
    }
}
