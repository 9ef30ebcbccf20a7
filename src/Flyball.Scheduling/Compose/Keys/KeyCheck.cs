using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Keys;

/// <summary>
/// Walks the merged model along the key table and tells every key that is unknown, refused or has no effect.
/// </summary>
internal sealed class KeyCheck(DiagnosticBag diagnostics)
{
    private const string ExtensionPrefix = "x-";

    public void Check(ComposeNode node, KeyBranch branch, string path)
    {
        if (branch.IsLeaf) return;
        if (node is ListNode list)
            for (int i = 0; i < list.Items.Count; i++) Check(list.Items[i], branch, $"{path}[{i}]");
        if (node is not MapNode map) return;
        foreach (MapEntry entry in map.Entries)
            CheckEntry(entry, branch, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}");
    }

    private void CheckEntry(MapEntry entry, KeyBranch branch, string path)
    {
        if (branch.Find(entry.Key) is not { } found)
        {
            TellUnknown(entry, branch, path);
            return;
        }
        if (found.Rule is { Support: not KeySupport.Supported } rule && Asks(entry.Value, rule.QuietValue))
        {
            if (rule.Support == KeySupport.Refused)
                diagnostics.Error(entry.KeyMark, path, $"'{entry.Key}' is not supported: {rule.Note}");
            else if (!rule.Judged)
                diagnostics.Warn(entry.KeyMark, path, $"'{entry.Key}' has no effect: {rule.Note}");
        }
        Check(entry.Value, found, path);
    }

    private void TellUnknown(MapEntry entry, KeyBranch branch, string path)
    {
        string? hint = diagnostics.Hint(entry.Key, branch.Usable);
        if (!IsOwn(entry.Key)) diagnostics.Error(entry.KeyMark, path, $"unknown key '{entry.Key}'", hint);
        // Extensions are the user's own by Compose's rules, save what looks like one of ours gone wrong.
        else if (hint is not null && branch == ComposeKeys.Service)
            diagnostics.Warn(entry.KeyMark, path, $"the extension '{entry.Key}' is not Flyball's", hint);
    }

    private static bool IsOwn(string key) => key.StartsWith(ExtensionPrefix, StringComparison.Ordinal);

    // What is empty, or says what holds anyway, asks for nothing.
    private static bool Asks(ComposeNode value, string? quietValue) => value switch
    {
        ScalarNode scalar => !scalar.IsNull && scalar.Text != quietValue,
        ListNode list => list.Items.Count > 0,
        MapNode map => map.Entries.Count > 0,
        _ => true,
    };
}
