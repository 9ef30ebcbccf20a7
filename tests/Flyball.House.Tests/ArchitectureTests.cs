using System.Xml.Linq;

namespace Flyball.House.Tests;

/// <summary>
/// The layers: a project references only lower layers, and no module another module. The table is the architecture;
/// a project that is not in it fails.
/// </summary>
public sealed class ArchitectureTests
{
    private const int Module = 2;

    private static readonly Dictionary<string, int> Layers = new(StringComparer.Ordinal)
    {
        ["Flyball.Base"] = 0,
        ["Flyball.Contracts"] = 1,
        ["Flyball.Store"] = 1,
        ["Flyball.Columns"] = 1,
        ["Flyball.Discovery"] = Module,
        ["Flyball.Gateway"] = Module,
        ["Flyball.Scheduling"] = Module,
        ["Flyball.Agent"] = Module,
        ["Flyball.Metrics"] = Module,
        ["Flyball.Logs"] = Module,
        ["Flyball.Traces"] = Module,
        ["Flyball.Apis"] = Module,
        ["Flyball.Autoscaling"] = Module,
        ["Flyball.Alerting"] = Module,
        ["Flyball.Delivery"] = Module,
        ["Flyball.Registry"] = Module,
        ["Flyball.Identity"] = Module,
        ["Flyball.Console"] = 3,
        ["Flyball.Cli"] = 3,
        ["Flyball"] = 4,
    };

    /// <summary>Packages for users: they reference nothing of ours.</summary>
    private static readonly HashSet<string> Standalone = new(StringComparer.Ordinal)
        { "Flyball.Client", "Flyball.Load" };

    /// <summary>The store and the columns speak the control protocol, so layer 1 has this one order.</summary>
    private static readonly HashSet<(string From, string To)> WithinLayerOne =
        [("Flyball.Store", "Flyball.Contracts"), ("Flyball.Columns", "Flyball.Contracts")];

    public static TheoryData<string> Projects() =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_OnlyLowerLayers(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        string[] references = References(project);
        if (Standalone.Contains(name))
        {
            Assert.Empty(references);
            return;
        }

        Assert.True(
            Layers.TryGetValue(name, out int layer), $"{name} has no layer: put it into DESIGN's table and this one.");
        foreach (string reference in references)
        {
            bool allowed = Standalone.Contains(reference)
                ? layer >= 3
                : Layers.TryGetValue(reference, out int lower)
                    && (lower < layer || WithinLayerOne.Contains((name, reference)));
            Assert.True(allowed, $"{name} (layer {layer}) must not reference {reference}.");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_IsInTheSolution(string project) =>
        Assert.Contains($"\"{project.Replace('\\', '/')}\"", Repository.Read("Flyball.slnx"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Module_ShowsOnlyItsDoors(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        if (!Layers.TryGetValue(name, out int layer) || layer != Module) return;
        string folder = Path.GetDirectoryName(project)!.Replace('\\', '/');
        string[] shown = [.. Repository.Sources(folder).SelectMany(PublicTypes.In).Where(type => !IsDoor(type))];
        Assert.True(shown.Length == 0, $"{name} shows more than its doors and options: {string.Join(", ", shown)}");
    }

    [Fact]
    public void PublicType_HasASummary()
    {
        string[] silent = [.. Repository.Sources("src").SelectMany(PublicTypes.WithoutSummary)];
        Assert.True(silent.Length == 0, "Public types without a summary: " + string.Join(", ", silent));
    }

    [Fact]
    public void Dependency_HasALineThatSaysWhy()
    {
        string why = Repository.Read("docs/dependencies.md");
        string[] packages = [.. XDocument.Parse(Repository.Read("Directory.Packages.props"))
            .Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value)];
        string[] unexplained = [.. packages.Where(package => !why.Contains($"`{package}`", StringComparison.Ordinal))];
        Assert.True(
            unexplained.Length == 0, "docs/dependencies.md says nothing about: " + string.Join(", ", unexplained));
    }

    /// <summary>Doors are static classes of extensions; options are what a composition root fills in.</summary>
    private static bool IsDoor(string type) =>
        type.EndsWith("Options", StringComparison.Ordinal)
        || type.EndsWith("Doors", StringComparison.Ordinal)
        || type.EndsWith("Extensions", StringComparison.Ordinal)
        || type.EndsWith("Commands", StringComparison.Ordinal);

    private static string[] References(string project) =>
        [.. XDocument.Load(Path.Combine(Repository.Root, project))
            .Descendants("ProjectReference")
            .Select(reference =>
                Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))];
}
