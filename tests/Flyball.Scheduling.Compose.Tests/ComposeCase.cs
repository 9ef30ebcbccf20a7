namespace Flyball.Scheduling.Compose.Tests;

/// <summary>
/// A directory of Files: Compose files, what they name, and optionally <c>case.txt</c> with lines <c>files …</c>,
/// <c>profiles …</c> and <c>env A=b …</c>.
/// </summary>
internal static class ComposeCase
{
    private const string Digest = "sha256:00000000000000000000000000000000000000000000000000000000000000aa";

    public static ComposeInput Load(string name)
    {
        string directory = Path.Combine(Golden.SourceDirectory(), "Files", name);
        Dictionary<string, string[]> settings = Settings(Path.Combine(directory, "case.txt"));
        string[] files = settings.GetValueOrDefault("files", ["compose.yaml"]);
        var input = new ComposeInput
        {
            Files = [.. files.Select(file => new ComposeFile(file, File.ReadAllText(Path.Combine(directory, file))))],
            ProjectDirectory = "/srv/" + name,
            Profiles = settings.GetValueOrDefault("profiles", []),
            Environment = settings.GetValueOrDefault("env", []).Select(pair => pair.Split('=', 2))
                .ToDictionary(p => p[0], p => p[1]),
            Attachments = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
                .ToDictionary(path => Path.GetRelativePath(directory, path), File.ReadAllBytes),
        };
        ComposeResult found = ComposeCompiler.Compile(input with { Inspecting = true });
        return input with { Contexts = found.Builds.ToDictionary(build => build.Service, _ => Digest) };
    }

    private static Dictionary<string, string[]> Settings(string path) => !File.Exists(path)
        ? []
        : File.ReadLines(path).Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1..]);
}
