using System.Diagnostics;
using Flyball.Gateway.Security.Jwt;

namespace Flyball.Gateway.Tests.Security;

public sealed class KeySetFileTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("flyball-keys-").FullName;

    private string At(string name) => Path.Combine(directory, name);

    [Fact]
    public void Read_RegularFile_AlsoThroughLinks_IsItsText()
    {
        File.WriteAllText(At("keys.json"), "{\"keys\":[]}");
        File.CreateSymbolicLink(At("data"), At("keys.json"));
        File.CreateSymbolicLink(At("link"), "data");

        Assert.Equal("{\"keys\":[]}", KeySetFile.Read(At("keys.json"), 11));
        Assert.Equal("{\"keys\":[]}", KeySetFile.Read(At("link"), 11));
    }

    [Fact]
    public void Read_LongerThanTheBound_SaysSo()
    {
        File.WriteAllBytes(At("long"), new byte[(1024 * 1024) + 1]);
        var refused = Assert.Throws<IOException>(() => KeySetFile.Read(At("long"), new KeySetOptions().BytesMax));
        Assert.Contains("longer than 1024 KiB", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A pipe nobody writes to would hold a worker up for good, and a device has no end.</summary>
    [Fact]
    public void Read_NoRegularFile_SaysSoAtOnce()
    {
        using (Process made = Process.Start("mkfifo", [At("pipe")])) made.WaitForExit();
        Assert.True(File.Exists(At("pipe")));
        File.CreateSymbolicLink(At("zero"), "/dev/zero");
        File.WriteAllText(At("empty"), "");
        foreach (string path in (string[])[At("pipe"), "/dev/zero", At("zero"), At("empty")])
        {
            var refused = Assert.Throws<IOException>(() => KeySetFile.Read(path, 1024));
            Assert.Contains("no regular file", refused.Message, StringComparison.Ordinal);
        }

        Assert.ThrowsAny<IOException>(() => KeySetFile.Read(directory, 1024));
        Assert.ThrowsAny<IOException>(() => KeySetFile.Read(At("nothing"), 1024));
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
