using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>
/// Measures one part of the machine under the names of node_exporter. What this machine does not have is left out.
/// </summary>
internal interface IHostReader
{
    void Read(SampleWriter into);
}
