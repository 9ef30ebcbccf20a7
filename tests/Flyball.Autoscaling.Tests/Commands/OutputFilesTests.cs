using Flyball.Autoscaling.Commands;

namespace Flyball.Autoscaling.Tests.Commands;

public sealed class OutputFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flyball-output").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Check_FolderThatIsNotThere_NamesTheOption()
    {
        var path = Path.Combine(folder, "none", "x.csv");
        Assert.StartsWith(
            $"--wanted: '{path}' cannot be written",
            Assert.Throws<UsageException>(() => OutputFiles.Check(path, "--wanted")).Message);
        Assert.Throws<UsageException>(() => OutputFiles.Check(folder, "--plot"));
    }

    [Fact]
    public void Check_FileThatCanBeWritten_IsLeftAsItWas()
    {
        var path = Path.Combine(folder, "x.csv");
        OutputFiles.Check(path, "--wanted");
        Assert.False(File.Exists(path));
        File.WriteAllText(path, "old");
        OutputFiles.Check(path, "--wanted");
        Assert.Equal("old", File.ReadAllText(path));
    }
}
