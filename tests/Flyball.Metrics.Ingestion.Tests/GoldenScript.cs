using System.Text;

namespace Flyball.Metrics.Ingestion.Tests;

/// <summary>
/// A text file of cases: <c>== name</c>, input, <c>----</c>, expected output. FLYBALL_UPDATE_GOLDENS=1 writes what came
/// out as what is expected.
/// </summary>
internal static class GoldenScript
{
    public static void Check(string path, Func<string, string, string> run)
    {
        string[] blocks = File.ReadAllText(path).Split("== ", StringSplitOptions.RemoveEmptyEntries);
        var actual = new StringBuilder();
        foreach (string block in blocks)
        {
            int nameEnd = block.IndexOf('\n');
            int divider = block.IndexOf("----\n", StringComparison.Ordinal);
            Assert.True(divider > 0, $"no ---- in the case {block[..nameEnd]}");
            string input = block[(nameEnd + 1)..divider];
            actual.Append("== ").Append(block, 0, divider).Append("----\n");
            actual.Append(run(block[..nameEnd], input).TrimEnd('\n')).Append("\n\n");
        }

        if (Environment.GetEnvironmentVariable("FLYBALL_UPDATE_GOLDENS") == "1")
            File.WriteAllText(path, actual.ToString().TrimEnd('\n') + "\n");
        Assert.Equal(File.ReadAllText(path).TrimEnd('\n'), actual.ToString().TrimEnd('\n'));
    }
}
