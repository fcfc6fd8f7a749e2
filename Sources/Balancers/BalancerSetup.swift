/// The configuration a balancer is run with, before its placeholders are replaced.
package struct BalancerSetup: Sendable, Hashable {
    /// What it reads.
    package var template: ConfigTemplate
    /// Further files: the name of each in `{{dir}}`, and its template.
    package var files: [String: ConfigTemplate]

    /// A configuration.
    package init(_ template: ConfigTemplate, files: [String: ConfigTemplate] = [:]) {
        self.template = template
        self.files = files
    }
}
