namespace Flyball.Scheduling.Compose.Keys;

/// <summary>
/// What Flyball does about one Compose key. In <see cref="Path"/> <c>*</c> stands for a name that the user chooses;
/// lists add no part to it. Keys below one that has no children here (labels, driver options) are the user's own.
/// </summary>
/// <param name="Path">For example <c>services.*.ports.target</c>.</param>
/// <param name="Support">The list that it is in.</param>
/// <param name="Note">Supported: a remark for the reference, may be empty. Warned: what does not happen. Refused:
/// why.</param>
/// <param name="Merge">How two values become one.</param>
/// <param name="QuietValue">A value that changes nothing, so that it needs no warning and no error.</param>
/// <param name="Judged">The section's own code decides, by the value, whether to warn or refuse.</param>
internal sealed record KeyRule(
    string Path,
    KeySupport Support,
    string Note = "",
    MergeRule Merge = MergeRule.Default,
    string? QuietValue = null,
    bool Judged = false)
{
    public static KeyRule Supported(string path, string note = "", MergeRule merge = MergeRule.Default) =>
        new(path, KeySupport.Supported, note, merge);

    public static KeyRule Warned(string path, string note, string? quiet = null, bool judged = false) =>
        new(path, KeySupport.Warned, note, QuietValue: quiet, Judged: judged);

    public static KeyRule Refused(string path, string note, string? quiet = null) =>
        new(path, KeySupport.Refused, note, QuietValue: quiet);
}
