/// Name and version of the tool, for reports and histories.
public enum ToolVersion {
    /// Its name.
    public static let name = "stickler"
    /// Its version.
    public static let current = "0.1.0"
}
