using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Flyball.Discovery.Dns;

namespace Flyball.Discovery.Sources;

/// <summary>Asks one DNS server: by UDP, and by TCP what does not fit.</summary>
internal sealed class DnsClient(string host, int port, TimeProvider time, Random random)
{
    private const int Tries = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The answer: with records, or the explicit word that there are none.</summary>
    /// <exception cref="SourceException">It does not answer, or cannot say.</exception>
    public async Task<DnsResponse> AskAsync(string name, DnsType type, CancellationToken cancellation)
    {
        DnsResponse response = await TryAsync(name, type, cancellation);
        if (response.Code is DnsCode.NoError or DnsCode.NameError) return response;
        throw SourceException.Away($"{name} {type} is answered with {response.Code}");
    }

    private async Task<DnsResponse> TryAsync(string name, DnsType type, CancellationToken cancellation)
    {
        IPAddress[] addresses = await System.Net.Dns.GetHostAddressesAsync(host, cancellation);
        if (addresses.Length == 0) throw SourceException.Away($"{host} has no address");
        var server = new IPEndPoint(addresses[0], port);
        for (int attempt = 1; ; attempt++)
        {
            byte[] question = DnsResponse.Question((ushort)random.NextInt64(ushort.MaxValue), name, type);
            using var deadline = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
            try
            {
                DnsResponse response = await ByUdpAsync(server, question, either.Token);
                return response.IsTruncated ? await ByTcpAsync(server, question, either.Token) : response;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && attempt < Tries)
            {
                // A datagram may be lost.
            }
        }
    }

    private static async Task<DnsResponse> ByUdpAsync(
        IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        // Connected: nobody else's datagrams come here.
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(question, cancellation);
        byte[] message = new byte[ushort.MaxValue];
        while (true)
        {
            int got = await socket.ReceiveAsync(message, cancellation);
            if (DnsResponse.Read(message.AsSpan(0, got), question) is { } response) return response;
        }
    }

    private static async Task<DnsResponse> ByTcpAsync(
        IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellation);
        using var stream = new NetworkStream(socket);
        byte[] framed = new byte[2 + question.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Length);
        question.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellation);
        byte[] prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, cancellation);
        byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(message, cancellation);
        return DnsResponse.Read(message, question)
            ?? throw SourceException.Wrong("it answers by TCP what was not asked");
    }
}
