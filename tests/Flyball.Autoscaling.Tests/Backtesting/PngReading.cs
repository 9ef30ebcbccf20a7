using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Flyball.Autoscaling.Tests.Backtesting;

/// <summary>Reads the pixels of a PNG of eight bits a channel without filters, and checks its digests.</summary>
internal static class PngReading
{
    public static (int Width, int Height, byte[] Pixels) Read(string path)
    {
        var file = File.ReadAllBytes(path);
        Assert.Equal([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], file[..8]);
        int width = 0, height = 0;
        using var packed = new MemoryStream();
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var type = Encoding.ASCII.GetString(file, at + 4, 4);
            var data = file.AsSpan(at + 8, length);
            Assert.Equal(
                BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)),
                Crc32.HashToUInt32(file.AsSpan(at + 4, 4 + length)));
            if (type == "IHDR")
                (width, height) = (
                    BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
            if (type == "IDAT")
                packed.Write(data);
            at += length + 12;
        }
        packed.Position = 0;
        using var plain = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Decompress))
            zlib.CopyTo(plain);
        var rows = plain.ToArray();
        Assert.Equal(height * (width * 3 + 1), rows.Length);
        return (width, height, [.. Enumerable.Range(0, height).SelectMany(
            row => rows[(row * (width * 3 + 1) + 1)..((row + 1) * (width * 3 + 1))])]);
    }

    public static int Count(byte[] pixels, (byte Red, byte Green, byte Blue) color)
    {
        var count = 0;
        for (var i = 0; i < pixels.Length; i += 3)
            count += (pixels[i], pixels[i + 1], pixels[i + 2]) == color ? 1 : 0;
        return count;
    }
}
