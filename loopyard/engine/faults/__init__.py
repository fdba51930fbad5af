"""Named deviations from good behaviour: one small file a fault; when and for whom is the schedule's business."""
