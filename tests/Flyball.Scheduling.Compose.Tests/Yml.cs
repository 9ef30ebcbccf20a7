using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Compose.Tests;

/// <summary>Compiles short texts.</summary>
internal static class Yml
{
    public static ComposeInput Input(params string[] files) => new()
    {
        Files = [.. files.Select((text, i) => new ComposeFile(i == 0 ? "compose.yaml" : $"over{i}.yaml", text))],
        ProjectDirectory = "/srv/shop",
    };

    public static ComposeResult Compile(params string[] files) => ComposeCompiler.Compile(Input(files));

    /// <summary>One service 'a' with an image and the given lines below it.</summary>
    public static ComposeResult Service(string lines) => Compile(ServiceText(lines));

    public static string ServiceText(string lines) =>
        "services:\n  a:\n    image: x\n" + string.Concat(
            lines.TrimEnd().Split('\n').Select(line => "    " + line + "\n"));

    public static Workload Only(ComposeResult result)
    {
        Assert.Equal([], result.Errors);
        return Assert.Single(result.Workloads);
    }

    public static string Errors(ComposeResult result) => string.Join('\n', result.Errors);

    public static string Warnings(ComposeResult result) => string.Join('\n', result.Warnings);
}
