namespace Flyball.Base.Transport;

/// <summary>
/// Opens streams from an agent or gateway to a server: gRPC across processes, a pair of bounded queues within one, a
/// lossy network in the simulator.
/// </summary>
public interface ITransport
{
    /// <exception cref="TransportException">No server answered.</exception>
    ValueTask<IMessageStream<TSend, TReceive>> OpenAsync<TSend, TReceive>(
        StreamMethod<TSend, TReceive> method, CancellationToken cancellation)
        where TSend : class
        where TReceive : class;
}
