namespace Flyball.Apis.Reading;

/// <summary>Leaves a reader's recursion with what is wrong; it never leaves this namespace.</summary>
internal sealed class FaultException(ApiFault fault) : Exception(fault.Message)
{
    public ApiFault Fault => fault;
}
