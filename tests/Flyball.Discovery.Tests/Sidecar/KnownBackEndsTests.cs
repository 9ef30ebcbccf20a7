using System.Text;
using Flyball.Base.Disk;
using Flyball.Discovery.Sidecar.Using;

namespace Flyball.Discovery.Tests.Sidecar;

/// <summary>The file of the last known back ends.</summary>
public sealed class KnownBackEndsTests : IDisposable
{
    /// <summary>Format 1 as it was released: what is written today must be readable tomorrow.</summary>
    private const string Golden = "flyball-back-ends 1 ba8c9acc\n"
        + """{"cart?tag=a":[{"address":"10.0.0.7","port":80,"weight":2,"isCritical":false},"""
        + """{"address":"::1","port":81,"weight":1,"isCritical":true}],"stock":[]}""";

    private readonly string directory = Directory.CreateTempSubdirectory("flyball-known-").FullName;

    private string FilePath => Path.Combine(directory, "back-ends");

    private KnownBackEnds File => new(PhysicalDisk.Instance, FilePath);

    private static SortedDictionary<string, BackEndPlace[]> Known => new(StringComparer.Ordinal)
    {
        ["cart?tag=a"] = [new("10.0.0.7", 80, 2, false), new("::1", 81, 1, true)],
        ["stock"] = [],
    };

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Write_WhatIsKnown_IsTheGolden()
    {
        File.Write(Known);
        Assert.Equal(Golden, System.IO.File.ReadAllText(FilePath));
    }

    [Fact]
    public void Read_Golden_IsWhatWasKnown()
    {
        System.IO.File.WriteAllText(FilePath, Golden);
        SortedDictionary<string, BackEndPlace[]> read = File.Read(out string? problem);
        Assert.Null(problem);
        Assert.Equal(Known.Keys, read.Keys);
        Assert.Equal(Known["cart?tag=a"], read["cart?tag=a"]);
        Assert.Empty(read["stock"]);
    }

    [Fact]
    public void Read_CutOffOrFlippedAtAnyByte_IsRefusedNotHalfRead()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Golden);
        for (int at = 0; at < whole.Length; at++)
        {
            System.IO.File.WriteAllBytes(FilePath, whole[..at]);
            Assert.Empty(File.Read(out string? problem));
            Assert.NotNull(problem);
            byte[] flipped = [.. whole];
            flipped[at] ^= 0x10;
            System.IO.File.WriteAllBytes(FilePath, flipped);
            // The line's end is no part of anything.
            if (at == Golden.IndexOf('\n')) continue;
            Assert.Empty(File.Read(out problem));
            Assert.NotNull(problem);
        }
    }

    [Fact]
    public void Read_NoFile_IsNothingAndNoProblem()
    {
        Assert.Empty(File.Read(out string? problem));
        Assert.Null(problem);
    }
}
