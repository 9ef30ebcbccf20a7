using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Flyball.Discovery.Dns;

namespace Flyball.Discovery.Tests.Dns;

/// <summary>Writes questions and reads answers by itself: not by the code under test.</summary>
internal static class DnsText
{
    public static byte[] Ask(string name, DnsType type, int payload = 0)
    {
        var message = new List<byte> { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(payload > 0 ? 1 : 0) };
        foreach (string label in name.Split('.'))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.AddRange([0, 0, (byte)type, 0, 1]);
        if (payload > 0) message.AddRange([0, 0, 41, (byte)(payload >> 8), (byte)payload, 0, 0, 0, 0, 0, 0]);
        return [.. message];
    }

    /// <summary>
    /// The answers, then after a plus the additional records but for OPT; or the code and what stands in the authority.
    /// </summary>
    public static string Read(ReadOnlySpan<byte> message)
    {
        int code = message[3] & 15;
        int at = 12;
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int authorities = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        int additionals = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        for (int i = 0; i < BinaryPrimitives.ReadUInt16BigEndian(message[4..]); i++)
        {
            ReadName(message, ref at);
            at += 4;
        }

        var sections = new List<string>[3];
        foreach ((int section, int count) in new[] { (0, answers), (1, authorities), (2, additionals) })
        {
            sections[section] = [];
            for (int i = 0; i < count; i++)
                if (ReadRecord(message, ref at) is { } text) sections[section].Add(text);
        }

        Assert.Equal(message.Length, at);
        if (answers == 0) return $"{code} {string.Join(',', sections[1].Select(text => text.Split(' ')[0]))}".TrimEnd();
        return string.Join(',', sections[0]) + (sections[2].Count > 0 ? " + " + string.Join(',', sections[2]) : "");
    }

    public static async Task<byte[]> ExchangeAsync(NetworkStream stream, byte[] question)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        byte[] prefix = [(byte)(question.Length >> 8), (byte)question.Length];
        await stream.WriteAsync(prefix, cancellation);
        await stream.WriteAsync(question, cancellation);
        await stream.ReadExactlyAsync(prefix, cancellation);
        var answer = new byte[(prefix[0] << 8) | prefix[1]];
        await stream.ReadExactlyAsync(answer, cancellation);
        return answer;
    }

    private static string? ReadRecord(ReadOnlySpan<byte> message, ref int at)
    {
        ReadName(message, ref at);
        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        int size = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
        int data = at + 10;
        at = data + size;
        int name = type == DnsType.SRV ? data + 6 : data;
        switch (type)
        {
            case DnsType.OPT:
                return null;
            case DnsType.A or DnsType.AAAA:
                return $"{type} {new IPAddress(message.Slice(data, size))}";
            case DnsType.SRV:
                return $"SRV {BinaryPrimitives.ReadUInt16BigEndian(message[data..])} "
                    + $"{BinaryPrimitives.ReadUInt16BigEndian(message[(data + 2)..])} "
                    + $"{BinaryPrimitives.ReadUInt16BigEndian(message[(data + 4)..])} {ReadName(message, ref name)}";
            default:
                return $"{type} {ReadName(message, ref name)}";
        }
    }

    private static string ReadName(ReadOnlySpan<byte> message, ref int at)
    {
        var labels = new List<string>();
        int? back = null;
        while (message[at] != 0)
        {
            if (message[at] >= 0xC0)
            {
                int to = ((message[at] & 0x3F) << 8) | message[at + 1];
                Assert.True(to < at, "a pointer leads backwards");
                back ??= at + 2;
                at = to;
                continue;
            }

            labels.Add(Encoding.ASCII.GetString(message.Slice(at + 1, message[at])));
            at += message[at] + 1;
        }

        at = back ?? at + 1;
        return string.Join('.', labels);
    }
}
