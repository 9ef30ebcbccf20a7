using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Flyball.House.Tests;

/// <summary>
/// The sizes of CONTRIBUTING.md. Hard limits fail at once; the softer ones are a ratchet: <c>tidy.txt</c> holds how
/// many places exceed each today, the number may only fall. <c>FLYBALL_UPDATE_TIDY=1</c> writes the lower number.
/// </summary>
public sealed class TidyTests
{
    private const int FileLinesMax = 600;
    private const int FileLinesAim = 300;
    private const int FunctionLinesAim = 70;
    private const int ColumnsAim = 120;
    private const int DependenciesAim = 8;

    private static readonly string[] VagueSuffixes = ["Helper", "Helpers", "Manager", "Util", "Utils", "Utilities"];

    private static readonly string[] Everything = ["src", "tests", "bench", "samples"];

    [Fact]
    public void File_IsNeverLongerThanTheLimit()
    {
        string[] tooLong = [.. Repository.Sources(Everything)
            .Where(file => Lines(file).Length > FileLinesMax).Select(file => $"{file}: {Lines(file).Length}")];
        Assert.True(tooLong.Length == 0, $"Longer than {FileLinesMax} lines: {string.Join(", ", tooLong)}");
    }

    [Fact]
    public void Names_AreNotVague()
    {
        string[] vague = [.. Repository.Sources("src")
            .Where(file => VagueSuffixes.Any(suffix =>
                Path.GetFileNameWithoutExtension(file).EndsWith(suffix, StringComparison.Ordinal)
                || file.Contains($"/{suffix}/", StringComparison.Ordinal)))];
        Assert.True(vague.Length == 0, "Say what it is instead: " + string.Join(", ", vague));
    }

    [Fact]
    public void Sources_HaveNoRegionsAndNoAsyncVoid()
    {
        string[] found = [.. Repository.Sources("src").Where(file =>
            Lines(file).Any(line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal)
                || line.Contains(" async void ", StringComparison.Ordinal)))];
        Assert.True(found.Length == 0, "Regions or async void in: " + string.Join(", ", found));
    }

    [Fact]
    public void Sizes_OnlyShrink()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal)
        {
            ["files over 300 lines"] = Repository.Sources("src").Count(file => Lines(file).Length > FileLinesAim),
            ["functions over 70 lines"] = Repository.Sources("src").Sum(LongFunctions),
            ["lines over 120 columns"] = Repository.Sources(Everything).Sum(WideLines),
            ["constructors over 8 dependencies"] = Repository.Sources("src").Sum(LongConstructors),
        };
        string ratchetFile = Path.Combine(Repository.Root, "tests/Flyball.House.Tests/tidy.txt");
        Dictionary<string, int> ratchet = File.ReadAllLines(ratchetFile)
            .Select(line => line.Split(": ")).ToDictionary(parts => parts[0], parts => int.Parse(parts[1]));
        string[] grown = [.. counts.Where(count => count.Value > ratchet.GetValueOrDefault(count.Key))
            .Select(count => $"{count.Key}: {count.Value}, at most {ratchet.GetValueOrDefault(count.Key)}")];
        if (Environment.GetEnvironmentVariable("FLYBALL_UPDATE_TIDY") == "1")
            File.WriteAllLines(ratchetFile, counts.Select(count => $"{count.Key}: {count.Value}"));
        Assert.True(grown.Length == 0, string.Join("; ", grown));
    }

    private static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Repository.Root, file));

    private static int WideLines(string file) => Lines(file).Count(line => line.Length > ColumnsAim);

    private static int LongFunctions(string file) =>
        Root(file).DescendantNodes()
            .Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax)
            .Count(node => LineCount(node) > FunctionLinesAim);

    private static int LongConstructors(string file) =>
        Root(file).DescendantNodes().OfType<ConstructorDeclarationSyntax>()
            .Count(node => node.ParameterList.Parameters.Count > DependenciesAim)
        + Root(file).DescendantNodes().OfType<ClassDeclarationSyntax>()
            .Count(node => node.ParameterList?.Parameters.Count > DependenciesAim);

    private static SyntaxNode Root(string file) => CSharpSyntaxTree.ParseText(Repository.Read(file)).GetRoot();

    private static int LineCount(SyntaxNode node)
    {
        FileLinePositionSpan span = node.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}
