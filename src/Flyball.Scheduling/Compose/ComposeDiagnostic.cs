namespace Flyball.Scheduling.Compose;

/// <summary>
/// An error or a warning at a place of the manifest. <see cref="Line"/> and <see cref="Column"/> count from 1; 0 means
/// the file as a whole. <see cref="Key"/> is the path of the key, such as <c>services.web.ports[0]</c>.
/// </summary>
internal sealed record ComposeDiagnostic(
    string File, int Line, int Column, string Key, string Message, string? Suggestion = null)
{
    /// <summary>
    /// One line in the form that editors and terminals link to: <c>file:line:column: key: message</c>.
    /// </summary>
    public override string ToString()
    {
        string place = Line > 0 ? FormattableString.Invariant($"{File}:{Line}:{Column}") : File;
        string key = Key.Length > 0 ? $" {Key}:" : "";
        string hint = Suggestion is null ? "" : $" ({Suggestion})";
        return $"{place}:{key} {Message}{hint}";
    }
}
