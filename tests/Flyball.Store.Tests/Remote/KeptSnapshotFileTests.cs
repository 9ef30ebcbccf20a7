using Flyball.Base.Disk;
using Flyball.Contracts.Store.Wire;
using Flyball.Store.Remote;
using Google.Protobuf;

namespace Flyball.Store.Tests.Remote;

public sealed class KeptSnapshotFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string FilePath => directory.File("snapshot");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Read_Written_IsTheSame()
    {
        KeptSnapshot written = Write();

        Assert.Equal(written, Read(out string? problem));
        Assert.Null(problem);
    }

    [Fact]
    public void Read_Absent_IsNoProblem()
    {
        Assert.Null(Read(out string? problem));
        Assert.Null(problem);
    }

    [Fact]
    public void Read_TruncatedAnywhere_IsNotUsed()
    {
        Write();
        byte[] whole = File.ReadAllBytes(FilePath);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            Assert.Null(Read(out string? problem));
            Assert.NotNull(problem);
        }
    }

    [Fact]
    public void Read_AnyByteFlipped_IsNotUsed()
    {
        Write();
        byte[] whole = File.ReadAllBytes(FilePath);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x10;
            File.WriteAllBytes(FilePath, damaged);
            Assert.Null(Read(out string? problem));
            Assert.NotNull(problem);
        }
    }

    [Fact]
    public void Write_OverAnOlderOne_ReplacesIt()
    {
        Write();
        new KeptSnapshotFile(PhysicalDisk.Instance, FilePath).Write(new KeptSnapshot { Revision = 8 });

        Assert.Equal(8, Read(out _)!.Revision);
        Assert.Equal(["snapshot"], PhysicalDisk.Instance.List(directory.Path));
    }

    private KeptSnapshot Write()
    {
        var snapshot = new KeptSnapshot { History = "h", Revision = 7, Kinds = { "node" } };
        snapshot.Resources.Add(new WatchedChange
        {
            Kind = "node", Namespace = "default", Name = "n1", Revision = 3, Value = ByteString.CopyFromUtf8("value"),
        });
        new KeptSnapshotFile(PhysicalDisk.Instance, FilePath).Write(snapshot);
        return snapshot;
    }

    private KeptSnapshot? Read(out string? problem) =>
        new KeptSnapshotFile(PhysicalDisk.Instance, FilePath).Read(1_000_000, out problem);
}
