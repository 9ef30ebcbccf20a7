using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Dns;

/// <summary>
/// The DNS door: threads that read a datagram, answer it and read the next, so that a question costs two system calls
/// and no memory; and TCP for what does not fit.
/// </summary>
internal sealed partial class DnsServer(
    DiscoveryOptions options, DnsAnswerer answerer, DnsTcp tcp, DiscoveryMetrics metrics, Random random,
    ILogger<DnsServer> logger) : IHostedService, IDisposable
{
    /// <summary>More threads than this only wait for one another at the socket.</summary>
    private const int ThreadsMax = 4;

    /// <summary>No question is longer; a longer datagram is none.</summary>
    private const int QuestionBytesMax = 4_096;

    /// <summary>Of datagrams that wait in the kernel while others are answered.</summary>
    private const int ReceiveBufferBytes = 4 * 1024 * 1024;

    private Socket? udp;
    private volatile bool isStopping;

    /// <exception cref="SocketException">The address is taken or not this machine's.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Dns is not { } door) return Task.CompletedTask;
        udp = new Socket(door.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = ReceiveBufferBytes,
        };
        udp.Bind(door);
        tcp.Start(door);
        for (int i = 0; i < Math.Clamp(Environment.ProcessorCount, 1, ThreadsMax); i++)
        {
            uint seed = (uint)random.Next(1, int.MaxValue);
            var thread = new Thread(() => Serve(udp, seed)) { IsBackground = true, Name = $"dns {i}" };
            thread.Start();
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        isStopping = true;
        udp?.Dispose();
        await tcp.StopAsync();
    }

    public void Dispose()
    {
        isStopping = true;
        udp?.Dispose();
    }

    private void Serve(Socket socket, uint start)
    {
        byte[] question = new byte[QuestionBytesMax];
        byte[] answer = new byte[DnsAnswerer.UdpBytesMax];
        var from = new SocketAddress(socket.AddressFamily);
        while (!isStopping)
        {
            try
            {
                int got = socket.ReceiveFrom(question, SocketFlags.None, from);
                // Any order serves: this one differs from question to question at no cost.
                start = (start * 1_664_525) + 1_013_904_223;
                int length =
                    answerer.Answer(question.AsSpan(0, got), answer, isUdp: true, start >> 8, out DnsCode code);
                if (length == 0) continue;
                socket.SendTo(answer.AsSpan(0, length), SocketFlags.None, from);
                metrics.DnsAnswered(code);
            }
            catch (SocketException e) when (!isStopping)
            {
                // A datagram that was too long, or an answer to an address that nobody can send to.
                Log.NotAnswered(logger, e.Message);
            }
            catch (Exception e) when (isStopping && e is SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (Exception e)
            {
                // Costs the one question: nothing else may depend on what somebody asked.
                Log.Failed(logger, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4040, LogLevel.Debug, "A DNS question was not answered: {Reason}")]
        public static partial void NotAnswered(ILogger logger, string reason);

        [LoggerMessage(4043, LogLevel.Error, "BUG: a DNS question failed in a way nobody expected")]
        public static partial void Failed(ILogger logger, Exception reason);
    }
}
