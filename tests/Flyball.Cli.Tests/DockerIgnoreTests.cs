using Flyball.Cli.Applying;

namespace Flyball.Cli.Tests;

public sealed class DockerIgnoreTests
{
    [Theory]
    [InlineData("*.log", "a.log", true)]
    [InlineData("*.log", "sub/a.log", false)]
    [InlineData("**/*.log", "sub/deep/a.log", true)]
    [InlineData("**/*.log", "a.log", true)]
    [InlineData("node_modules", "node_modules/x/y.js", true)]
    [InlineData("/bin/", "bin/a", true)]
    [InlineData("./bin", "bin", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("# comment", "# comment", false)]
    [InlineData("a.b", "axb", false)]
    public void Excludes_OnePattern_MatchesAsDockerDoes(string pattern, string name, bool excluded)
    {
        var ignore = new DockerIgnore();
        ignore.Add(pattern);
        Assert.Equal(excluded, ignore.Excludes(name));
    }

    [Fact]
    public void Excludes_LaterPatternTakesBack_LastOneCounts()
    {
        var ignore = new DockerIgnore();
        ignore.Add("*.md");
        ignore.Add("!README.md");

        Assert.True(ignore.Excludes("NOTES.md"));
        Assert.False(ignore.Excludes("README.md"));
    }
}
