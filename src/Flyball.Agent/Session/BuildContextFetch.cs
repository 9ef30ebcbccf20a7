using System.Security.Cryptography;
using Flyball.Agent.Drivers.Docker;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Agent.Wire;

namespace Flyball.Agent.Session;

/// <summary>Fetches a build context over a data stream of its own and checks its digest.</summary>
internal sealed class BuildContextFetch(ITransport transport) : IContextSource
{
    public async ValueTask<string?> FetchAsync(string digest, string path, CancellationToken cancellation)
    {
        try
        {
            await using IMessageStream<DataFrame, DataFrame> stream = await transport.OpenAsync(
                StreamMethods.AgentData, cancellation);
            await stream.SendAsync(new DataFrame { FetchBlob = digest }, cancellation);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using (var file = new FileStream(
                path, FileMode.Create, FileAccess.Write, FileShare.None, 64 * 1024, useAsync: true))
            {
                while (true)
                {
                    DataFrame? frame = await stream.ReceiveAsync(cancellation);
                    if (frame is null) return "the server ended the stream in the middle";
                    if (frame.BodyCase == DataFrame.BodyOneofCase.Failure) return frame.Failure;
                    if (frame.BodyCase == DataFrame.BodyOneofCase.EndOfBlob) break;
                    hash.AppendData(frame.Blob.Span);
                    await file.WriteAsync(frame.Blob.Memory, cancellation);
                }
            }

            string actual = "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
            return actual == digest ? null : $"it has the digest {actual} instead of {digest}";
        }
        catch (TransportException e)
        {
            return e.Message;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
