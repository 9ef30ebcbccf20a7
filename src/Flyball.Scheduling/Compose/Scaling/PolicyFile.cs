using Flyball.Contracts.Autoscaling;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Scaling;

/// <summary>
/// A policy on its own: what stands below <c>x-scale</c>, or that key with its mapping. YAML, so JSON too. Variables
/// are not expanded.
/// </summary>
internal static class PolicyFile
{
    /// <summary>The policy, or null and every problem as <c>file:line:column: key: message</c>.</summary>
    public static (ScalePolicy? Policy, IReadOnlyList<string> Problems) Read(
        string name, string text, Func<string, string?>? problemOfPromQl = null)
    {
        var diagnostics = new DiagnosticBag(problemOfPromQl);
        var file = new SourceFile(name, "/");
        ComposeNode? root = ComposeYamlReader.Read(file, text, diagnostics);
        var whole = new Field(root, "", root?.Mark ?? new SourceMark(file, 0, 0), diagnostics);
        Field field = whole[ScaleKeys.Root].Exists ? whole[ScaleKeys.Root] : whole;
        if (whole[ScaleKeys.Root].Exists)
            foreach ((string key, Field beside) in whole.Entries())
                if (key != ScaleKeys.Root)
                    beside.Error($"stands beside {ScaleKeys.Root}, where nothing reads it", "put it below");
        if (field.Node is { } node) new KeyCheck(diagnostics).Check(node, ComposeKeys.Scale, field.Path);
        else if (!diagnostics.HasErrors) whole.Error("there is no policy in the file");
        ScalePolicy? policy = PolicySection.Read(field, "");
        return diagnostics.HasErrors
            ? (null, [.. diagnostics.Errors().Select(problem => problem.ToString())])
            : (policy, []);
    }
}
